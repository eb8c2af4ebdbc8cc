// SPDX-License-Identifier: MIT OR Apache-2.0
// A heap for JavaScript: an instance of the allocator with checked arguments,
// unsigned pointers and current views of its memory. It runs wherever there is
// WebAssembly: browsers, workers, Node.js, Deno, Bun, Cloudflare.
import { asBytes, isBytes, isModule, limitMemory, obtain, ownBytes, show } from './bytes.js';
import { tellingOf } from './tell.js';
import { isWide, withNumbers } from './wide.js';

/** @import { Bytes, CreateOptions, Heap, HeapOptions, Memory, Module } from './index.js' */
/** @typedef {Readonly<Record<string, any>>} Exports */

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

/**
 * @param {unknown} value
 * @param {string} message
 * @returns {never}
 */
function fail(value, message) {
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  throw new Kind(`${message}, not ${show(value)}`);
}

/** @type {(value: unknown) => value is number} */
const isWord = (value) => typeof value === 'number' && value >>> 0 === value;

/** @type {(value: unknown) => value is number} */
const isWideWord = (value) => Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0;

/**
 * What the functions of a heap take: words of 32 bits; or, if it is of wasm64,
 * of those that a Number holds.
 *
 * @param {boolean} wide
 */
function checksOf(wide) {
  const isOne = wide ? isWideWord : isWord;
  const range = `an integer from 0 to ${wide ? Number.MAX_SAFE_INTEGER : WORD_MAX}`;
  const hint = wide ? '' : ' (p >>> 0 makes a pointer unsigned)';
  return {
    /** @type {(what: string, value: unknown) => number} */
    size(what, value) {
      if (!isOne(value)) fail(value, `${what} must be ${range}`);
      return value;
    },
    /** @type {(what: string, value: unknown) => number} */
    pointer(what, value) {
      if (!isOne(value)) fail(value, `${what} must be ${range}${hint}`);
      return value;
    },
    /** @type {(what: string, value: unknown) => number} */
    alignment(what, value) {
      if (!isOne(value) || value === 0 || BigInt(value) & BigInt(value - 1))
        fail(value, `${what} must be a power of two`);
      return value;
    },
  };
}

/**
 * @param {string} call
 * @param {string} name
 * @param {number | undefined} value
 */
function checkPages(call, name, value) {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= PAGES_MAX)) return;
  fail(value, `${call}: ${name} must be an integer from 1 to ${PAGES_MAX}, in pages of 64 KiB`);
}

/**
 * The options, once each is known and has the right type.
 *
 * @param {string} call
 * @param {CreateOptions} options
 * @param {string[]} known
 */
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
  const { initial, maximum, throws = false, memory, mayWait } = options;
  checkPages(call, 'initial', initial);
  checkPages(call, 'maximum', maximum);
  if (initial !== undefined && maximum !== undefined && initial > maximum)
    throw new RangeError(`${call}: initial must be at most maximum, ${maximum}, not ${initial}`);
  if (typeof throws !== 'boolean')
    throw new TypeError(`${call}: throws must be true or false, not ${show(throws)}`);
  if (mayWait !== undefined && (typeof mayWait !== 'boolean' || !memory))
    throw new TypeError(
      `${call}: mayWait must be true or false, beside a memory, not ${show(mayWait)}`,
    );
  if (memory && (initial !== undefined || maximum !== undefined))
    throw new TypeError(`${call}: a memory that is given has its initial and maximum already`);
  return options;
}

/**
 * Reads a view by name. Growth detaches the buffer and its views with it.
 *
 * @param {Memory} memory
 */
function viewsOf(memory) {
  let { buffer } = memory;
  /** @type {Record<string, object>} */
  let made = {};
  return (/** @type {keyof typeof VIEWS} */ name) => {
    if (buffer !== memory.buffer) {
      buffer = memory.buffer;
      made = {};
    }
    const View = /** @type {new (buffer: ArrayBuffer) => object} */ (VIEWS[name]);
    return (made[name] ??= new View(buffer));
  };
}

/**
 * Refuses an instance that lacks memory, malloc or free.
 *
 * @param {string} call
 * @param {Exports} exports
 */
function checkExports(call, exports) {
  const functions = ['malloc', 'free'].filter((name) => typeof exports[name] !== 'function');
  const [lacking] = exports.memory?.buffer ? functions : ['memory'];
  if (!lacking) return;
  const flag = lacking === 'memory' ? '--export-memory' : `--export=${lacking}`;
  throw new Error(
    `${call}: the module does not export ${lacking}; a heap needs memory, malloc and free (wasm-ld ${flag})`,
  );
}

/**
 * An exported function, or one that says that it is missing.
 *
 * @param {Exports} exports
 * @param {string} name
 * @param {string} [where] which module has it
 */
const exported = (exports, name, where = 'tlsf.wasm has the whole family') =>
  exports[name] ??
  (() => {
    throw new Error(
      `${name}: this module does not export ${name}; ${where}; wasm-ld --export=${name} adds it to a program`,
    );
  });

const HEAP_O = 'programs linked with an archive can have it (docs/heap.md)';

/**
 * The heap of an instance; see heapOf.
 *
 * @param {string} call
 * @param {Exports} exports
 * @param {boolean | undefined} throws
 */
function heapFrom(call, exports, throws) {
  checkExports(call, exports);
  const wide = isWide(exports);
  const functions = wide ? withNumbers(exports) : exports;
  const { memory, malloc, free } = functions;
  const calloc = exported(functions, 'calloc');
  const realloc = exported(functions, 'realloc');
  const aligned = exported(functions, 'aligned_alloc');
  const usable = exported(functions, 'malloc_usable_size');
  const tryMalloc = exported(functions, 'tlsf_try_malloc', 'tlsf-threads.wasm has it');
  const tryFree = exported(functions, 'tlsf_try_free', 'tlsf-threads.wasm has it');
  const { size, pointer, alignment } = checksOf(wide);
  const { limit, reserve, ...telling } = tellingOf(memory, wide, (name) =>
    exported(functions, name, name.startsWith('tlsf_heap') ? HEAP_O : undefined),
  );
  const most = wide ? Number.MAX_SAFE_INTEGER : WORD_MAX;
  /** @type {(n: number) => number} */
  const unsigned = (n) => (wide ? n : n >>> 0);
  const next = exported(functions, 'tlsf_live_next', 'tlsf-checked.wasm has it');
  const order = exported(functions, 'tlsf_live_order', 'tlsf-checked.wasm has it');

  /** @type {(p: number, name: string, bytes: number | string) => number} */
  const result = (p, name, bytes) => {
    if (p === 0 && throws) {
      const pages = memory.buffer.byteLength / PAGE;
      throw new RangeError(
        `${name}: out of memory: ${bytes} bytes asked, memory has ${pages} pages of 64 KiB and can't grow enough`,
      );
    }
    return unsigned(p);
  };

  /** @type {Omit<Heap, keyof typeof VIEWS>} */
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
    usableSize: (p) => unsigned(usable(pointer('usableSize: pointer', p))),
    leaks: () => {
      const found = [];
      for (let p = unsigned(next(0)); p; p = unsigned(next(p)))
        found.push({ pointer: p, size: unsigned(usable(p)), order: unsigned(order(p)) });
      return found;
    },
    tryMalloc: (n) => unsigned(tryMalloc(size('tryMalloc: size', n))),
    tryFree: (p) => Boolean(tryFree(pointer('tryFree: pointer', p))),
    ...telling,
    limit: (bytes) => limit(size('limit: bytes', bytes === Infinity ? most : bytes)),
    reserve: (bytes) => reserve(size('reserve: bytes', bytes)),
  };
  const view = viewsOf(memory);
  for (const name of /** @type {(keyof typeof VIEWS)[]} */ (Object.keys(VIEWS))) {
    Object.defineProperty(heap, name, { get: () => view(name), enumerable: true });
  }
  return /** @type {Heap} */ (heap);
}

/**
 * A module or bytes, with the maximum in them if one is asked for.
 *
 * @param {string} call
 * @param {Bytes | Module} wasm
 * @param {number | undefined} maximum
 */
function limited(call, wasm, maximum) {
  if (isBytes(wasm))
    return maximum === undefined ? asBytes(wasm) : limitMemory(call, asBytes(wasm), maximum);
  if (maximum === undefined) return /** @type {WebAssembly.Module} */ (wasm);
  throw new TypeError(
    `${call}: maximum can't be set in a compiled WebAssembly.Module; pass the module's bytes, or link it with --max-memory`,
  );
}

/**
 * May this thread sleep? An audio worklet never does, even where the engine lets it. Elsewhere
 * waiting throws where it may not, whatever the value is.
 */
function maySleep() {
  if ('AudioWorkletGlobalScope' in globalThis) return false;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a module imports that lives in a given memory; see start().
 *
 * @param {string} call
 * @param {WebAssembly.Module} module
 * @param {CreateOptions} options
 * @returns {any}
 */
function importsOf(call, module, { memory }) {
  if (WebAssembly.Module.exports(module).some(({ name }) => name === 'tlsf_create')) {
    throw new Error(
      `${call}: each function of this module takes a heap; instantiate it with { env: { memory } } ` +
        'and call tlsf_create (docs/given.md)',
    );
  }
  if (memory === undefined) return void checkImports(call, module);
  if (Object.prototype.toString.call(memory) !== '[object WebAssembly.Memory]')
    throw new TypeError(`${call}: memory must be a WebAssembly.Memory, not ${show(memory)}`);
  const wanted = WebAssembly.Module.imports(module).map(({ name }) => name);
  if (!wanted.includes('memory') || wanted.includes('__heap_base'))
    throw new TypeError(
      `${call}: this module does not live in a memory that is given; tlsf-threads.wasm does`,
    );
  if (Object.prototype.toString.call(memory.buffer) !== '[object SharedArrayBuffer]')
    throw new TypeError(
      `${call}: memory must be shared: new WebAssembly.Memory({ shared: true, ... })`,
    );
  return { env: { memory, __heap_end: memory.buffer.byteLength } };
}

/**
 * @param {string} call
 * @param {WebAssembly.Module} module
 */
function checkImports(call, module) {
  const imports = WebAssembly.Module.imports(module);
  const [first] = imports;
  if (!first) return module;
  if (imports.some(({ name }) => name === '__heap_base')) {
    throw new Error(
      `${call}: the module lives in a memory of yours; instantiate it with ` +
        '{ env: { memory, __heap_base, __heap_end } } and pass { ...instance.exports, memory } to heapOf ' +
        '(docs/runtimes.md)',
    );
  }
  if (imports.some(({ name }) => name === '__heap_end'))
    throw new Error(`${call}: this module lives in a shared memory: pass { memory }`);
  throw new Error(
    `${call}: the module imports ${first.module}.${first.name}; instantiate it yourself and pass its exports to heapOf`,
  );
}

/**
 * The heap of a fresh instance. The allocator itself grows memory to `initial`
 * pages: pages that it did not grow are not its own. One request for as much as
 * is missing does so, because a heap begins with less than a page; what a
 * module of more pages had left is asked for by the next one.
 *
 * @param {string} call
 * @param {WebAssembly.Instance} instance
 * @param {CreateOptions} options
 */
function start(call, instance, { initial = 0, throws, memory, mayWait }) {
  const exports = /** @type {Exports} */ (
    memory ? { ...instance.exports, memory } : instance.exports
  );
  if (memory) {
    if (!exports.tlsf_may_wait)
      throw new Error(
        `${call}: the module does not export tlsf_may_wait; link it with --export=tlsf_may_wait (docs/threads.md)`,
      );
    exports.tlsf_may_wait.value = Number(mayWait ?? maySleep());
    exports.free(exports.malloc(0)); // from now on nobody else's pages are taken for the heap's
  }
  const heap = heapFrom(call, exports, throws);
  const { malloc, free } = isWide(exports) ? withNumbers(exports) : exports;
  const missing = () => initial - heap.memory.buffer.byteLength / PAGE;
  for (let pages = missing(); missing() > 0; pages += missing()) {
    const p = pages < PAGE && malloc(pages * PAGE);
    if (!p) throw new RangeError(`${call}: memory can't have ${initial} pages at the start`);
    free(p);
  }
  return heap;
}

/** @type {(cause: unknown) => string} */
const messageOf = (cause) => /** @type {Error} */ (cause).message;

/** @type {(call: string, cause: unknown) => Error} */
const uncompiled = (call, cause) =>
  new Error(`${call}: the module can't be compiled: ${messageOf(cause)}`, { cause });

/**
 * @param {BufferSource} bytes
 * @param {boolean} isOwn
 */
function compile(bytes, isOwn) {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    if (!isOwn) throw uncompiled('createHeap', cause);
    throw new Error(
      `createHeap: this runtime compiles no bytes (${messageOf(cause)}); ` +
        "import the module and pass it: import wasm from 'tlsf-wasm/tlsf.wasm'; createHeap({ wasm })",
      { cause },
    );
  }
}

/**
 * Makes a heap synchronously, of the package's own module or of a given one.
 * Every browser compiles modules under 4 KB synchronously, as the package's
 * are. A runtime that compiles no bytes at all (Cloudflare Workers) imports
 * 'tlsf-wasm/tlsf.wasm' and passes that.
 *
 * @type {typeof import('./index.js').createHeap}
 */
export function createHeap(options = {}) {
  const { wasm = ownBytes(), maximum } = checked('createHeap', options, [
    'wasm',
    'initial',
    'maximum',
    'throws',
    'memory',
    'mayWait',
  ]);
  if (!isModule(wasm) && !isBytes(wasm)) {
    throw new TypeError(
      `createHeap: wasm must be bytes or a WebAssembly.Module, not ${show(wasm)}; loadHeap takes URLs, Responses and promises`,
    );
  }
  const source = limited('createHeap', wasm, maximum);
  const module = isModule(source) ? source : compile(source, options.wasm === undefined);
  const imports = importsOf('createHeap', module, options);
  return start('createHeap', new WebAssembly.Instance(module, imports), options);
}

/**
 * Makes a heap of a module from elsewhere: a URL (file: in Node.js too), a
 * Response of any MIME type, bytes, a compiled module, or a promise of these.
 *
 * @type {typeof import('./index.js').loadHeap}
 */
export async function loadHeap(source, options = {}) {
  const { maximum } = checked('loadHeap', options, [
    'initial',
    'maximum',
    'throws',
    'memory',
    'mayWait',
  ]);
  const wasm = limited('loadHeap', await obtain(source), maximum);
  const module = isModule(wasm)
    ? wasm
    : await WebAssembly.compile(wasm).catch((cause) => {
        throw uncompiled('loadHeap', cause);
      });
  const imports = importsOf('loadHeap', module, options);
  return start('loadHeap', await WebAssembly.instantiate(module, imports), options);
}

/**
 * Makes a heap over an instance that exists already, given its exports: your
 * own program linked with libtlsf.a, or a .wasm that a bundler instantiated.
 *
 * @type {typeof import('./index.js').heapOf}
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
