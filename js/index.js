// SPDX-License-Identifier: MIT OR Apache-2.0
// A heap for JavaScript: an instance of the allocator, its arguments checked,
// its pointers unsigned, its memory's views current. Runs wherever there is
// WebAssembly: browsers, workers, Node.js, Deno, Bun, Cloudflare.
import { asBytes, isBytes, isModule, limitMemory, obtain, ownBytes, show } from './bytes.js';

const PAGE = 65536;
const PAGES_MAX = 65536;
const WORD_MAX = 2 ** 32 - 1;

const VIEWS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  u64: BigUint64Array,
  i64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
  dataView: DataView,
};

function fail(value, message) {
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  throw new Kind(`${message}, not ${show(value)}`);
}

const isWord = (value) => typeof value === 'number' && value >>> 0 === value;

function size(what, value) {
  if (!isWord(value)) fail(value, `${what} must be an integer from 0 to ${WORD_MAX}`);
  return value;
}

function pointer(what, value) {
  if (!isWord(value))
    fail(
      value,
      `${what} must be an integer from 0 to ${WORD_MAX} (p >>> 0 makes a pointer unsigned)`,
    );
  return value;
}

function alignment(what, value) {
  if (!isWord(value) || value === 0 || value & (value - 1))
    fail(value, `${what} must be a power of two`);
  return value;
}

function checkPages(call, name, value) {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= PAGES_MAX)) return;
  fail(value, `${call}: ${name} must be an integer from 1 to ${PAGES_MAX}, in pages of 64 KiB`);
}

/** The options, once each is known and of its type. */
function checked(call, options, known) {
  if (Object.prototype.toString.call(options) !== '[object Object]') {
    throw new TypeError(
      `${call}: options must be an object of ${known.join(', ')}, not ${show(options)}`,
    );
  }
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new TypeError(`${call}: there is no option ${stranger}; there are: ${known.join(', ')}`);
  }
  const { initial, maximum, throws = false } = options;
  checkPages(call, 'initial', initial);
  checkPages(call, 'maximum', maximum);
  if (initial > maximum)
    throw new RangeError(`${call}: initial must be at most maximum, ${maximum}, not ${initial}`);
  if (typeof throws !== 'boolean')
    throw new TypeError(`${call}: throws must be true or false, not ${show(throws)}`);
  return options;
}

/** Reads a view by name; growth detaches a buffer and its views with it. */
function viewsOf(memory) {
  let buffer;
  let made;
  return (name) => {
    if (buffer !== memory.buffer) {
      buffer = memory.buffer;
      made = {};
    }
    return (made[name] ??= new VIEWS[name](buffer));
  };
}

/** The heap of an instance; see heapOf. */
function heapFrom(call, exports, throws) {
  const functions = ['malloc', 'free'].filter((name) => typeof exports[name] !== 'function');
  const [lacking] = exports.memory?.buffer ? functions : ['memory'];
  if (lacking) {
    const flag = lacking === 'memory' ? '--export-memory' : `--export=${lacking}`;
    throw new Error(
      `${call}: the module does not export ${lacking}; a heap needs memory, malloc and free (wasm-ld ${flag})`,
    );
  }
  const { memory, malloc, free } = exports;

  const exported = (name) =>
    exports[name] ??
    (() => {
      throw new Error(
        `${name}: this module does not export ${name}; tlsf.wasm does, tlsf-min.wasm has only malloc and free; wasm-ld --export=${name} adds it to a program`,
      );
    });
  const calloc = exported('calloc');
  const realloc = exported('realloc');
  const aligned = exported('aligned_alloc');
  const usable = exported('malloc_usable_size');

  const result = (p, name, bytes) => {
    if (p === 0 && throws) {
      const pages = memory.buffer.byteLength / PAGE;
      throw new RangeError(
        `${name}: out of memory: ${bytes} bytes asked, memory has ${pages} pages of 64 KiB and can't grow enough`,
      );
    }
    return p >>> 0;
  };

  const heap = {
    memory,
    exports,
    malloc: (n) => result(malloc(size('malloc: size', n)), 'malloc', n),
    free: (p) => void free(pointer('free: pointer', p)),
    calloc: (count, n) =>
      result(
        calloc(size('calloc: count', count), size('calloc: size', n)),
        'calloc',
        `${count} x ${n}`,
      ),
    realloc: (p, n) =>
      result(realloc(pointer('realloc: pointer', p), size('realloc: size', n)), 'realloc', n),
    aligned_alloc: (align, n) =>
      result(
        aligned(alignment('aligned_alloc: align', align), size('aligned_alloc: size', n)),
        'aligned_alloc',
        n,
      ),
    usableSize: (p) => usable(pointer('usableSize: pointer', p)) >>> 0,
  };
  const view = viewsOf(memory);
  for (const name of Object.keys(VIEWS)) {
    Object.defineProperty(heap, name, { get: () => view(name), enumerable: true });
  }
  return heap;
}

/** Module or bytes, with the maximum in them if one is asked for. */
function limited(call, wasm, maximum) {
  if (isBytes(wasm))
    return maximum === undefined ? asBytes(wasm) : limitMemory(call, asBytes(wasm), maximum);
  if (maximum === undefined) return wasm;
  throw new TypeError(
    `${call}: maximum can't be set in a compiled WebAssembly.Module; pass the module's bytes, or link it with --max-memory`,
  );
}

function checkImports(call, module) {
  const [first] = WebAssembly.Module.imports(module);
  if (!first) return module;
  throw new Error(
    `${call}: the module imports ${first.module}.${first.name}; instantiate it yourself and pass its exports to heapOf`,
  );
}

/** The heap of a fresh instance: the allocator claims what memory there is at its first call. */
function start(call, { exports }, { initial, throws }) {
  const heap = heapFrom(call, exports, throws);
  const missing = initial - heap.memory.buffer.byteLength / PAGE;
  try {
    if (missing > 0) heap.memory.grow(missing);
  } catch (cause) {
    throw new RangeError(
      `${call}: memory can't have ${initial} pages at the start: ${cause.message}`,
      { cause },
    );
  }
  return heap;
}

const uncompiled = (call, cause) =>
  new Error(`${call}: the module can't be compiled: ${cause.message}`, { cause });

function compile(bytes, isOwn) {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    if (!isOwn) throw uncompiled('createHeap', cause);
    throw new Error(
      `createHeap: this runtime compiles no bytes (${cause.message}); ` +
        "import the module and pass it: import wasm from 'tlsf-wasm/tlsf.wasm'; createHeap({ wasm })",
      { cause },
    );
  }
}

/**
 * A heap, at once: of the package's own module, or of one given as bytes or
 * compiled. Modules under 4 KB, as the package's are, may be compiled
 * synchronously everywhere but where no bytes may be compiled at all; there
 * import 'tlsf-wasm/tlsf.wasm' and pass that.
 *
 * @param {import('./index.js').CreateOptions} [options]
 * @returns {import('./index.js').Heap}
 */
export function createHeap(options = {}) {
  const { wasm = ownBytes(), maximum } = checked('createHeap', options, [
    'wasm',
    'initial',
    'maximum',
    'throws',
  ]);
  if (!isModule(wasm) && !isBytes(wasm)) {
    throw new TypeError(
      `createHeap: wasm must be bytes or a WebAssembly.Module, not ${show(wasm)}; loadHeap takes URLs, Responses and promises`,
    );
  }
  const source = limited('createHeap', wasm, maximum);
  const module = isModule(source) ? source : compile(source, options.wasm === undefined);
  return start('createHeap', new WebAssembly.Instance(checkImports('createHeap', module)), options);
}

/**
 * A heap of a module from elsewhere: a URL (file: in Node.js too), a Response
 * of any MIME type, bytes, a compiled module, or a promise of one of them.
 *
 * @param {import('./index.js').Source | PromiseLike<import('./index.js').Source>} source
 * @param {import('./index.js').LoadOptions} [options]
 * @returns {Promise<import('./index.js').Heap>}
 */
export async function loadHeap(source, options = {}) {
  const { maximum } = checked('loadHeap', options, ['initial', 'maximum', 'throws']);
  const wasm = limited('loadHeap', await obtain(source), maximum);
  const module = isModule(wasm)
    ? wasm
    : await WebAssembly.compile(wasm).catch((cause) => {
        throw uncompiled('loadHeap', cause);
      });
  return start(
    'loadHeap',
    await WebAssembly.instantiate(checkImports('loadHeap', module)),
    options,
  );
}

/**
 * A heap over an instance that exists already, given its exports: your own
 * program linked with libtlsf.a, or a .wasm that a bundler instantiated.
 *
 * @param {Record<string, any>} exports
 * @param {import('./index.js').HeapOptions} [options]
 * @returns {import('./index.js').Heap}
 */
export function heapOf(exports, options = {}) {
  const { throws } = checked('heapOf', options, ['throws']);
  if (Object(exports) !== exports || exports instanceof WebAssembly.Instance) {
    throw new TypeError(
      `heapOf: exports must be what an instance exports (instance.exports), not ${show(exports)}`,
    );
  }
  return heapFrom('heapOf', exports, throws);
}
