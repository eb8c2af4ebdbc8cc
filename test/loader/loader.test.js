// SPDX-License-Identifier: MIT OR Apache-2.0
// The loader, js/index.js and js/any.js: every way to a heap, what a heap can do, and the
// exact words of each error.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { spawnSync } from 'node:child_process';
import ts from 'typescript';
import * as api from 'tlsf-wasm';
import * as any from 'tlsf-wasm/any';
import { isEmbedded, MODULES, RANGED } from '../../tools/builds.js';
import { hasTable64 } from '../../tools/memory64.js';
import { assemble } from '../support/wat.js';

const { createHeap } = api;
const { heapOf, loadHeap } = any;
const root = join(import.meta.dirname, '..', '..');
const full = readFileSync(join(root, 'dist', 'tlsf.wasm'));
const min = readFileSync(join(root, 'dist', 'tlsf-min.wasm'));
const PAGE = 65536;
const VIEWS = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'f32', 'f64', 'dataView'];
const NO_IMPORTS = 'instantiate it yourself and pass its exports to heapOf';

const rangeError = (message) => ({ name: 'RangeError', message });
const typeError = (message) => ({ name: 'TypeError', message });
const pagesOf = (heap) => heap.memory.buffer.byteLength / PAGE;

const FUNCTIONS =
  '(func (export "malloc") (param i32) (result i32) i32.const 16) (func (export "free") (param i32))';

/** Writes, moves and gives back: fails unless the heap works. */
function exercise(heap) {
  const p = heap.malloc(1000);
  assert.ok(p > 0 && p % 16 === 0, `malloc returned ${p}`);
  heap.u8.fill(7, p, p + 1000);
  const q = heap.malloc(1000);
  assert.ok(q >= p + 1000 || q + 1000 <= p, 'two blocks overlap');
  heap.free(q);
  heap.free(p);
  assert.equal(heap.malloc(1000), p, 'what was freed is not used again');
}

describe('createHeap', () => {
  test("needs nothing: the package's own module", () => {
    exercise(createHeap());
  });

  test("the package's own module is dist/tlsf.wasm", async () => {
    const { own } = await import('../../dist/bytes/tlsf.js');
    assert.deepEqual(Buffer.from(own()), full);
  });

  test('each heap has a memory of its own', () => {
    const [a, b] = [createHeap(), createHeap()];
    assert.notEqual(a.memory, b.memory);
    assert.equal(a.malloc(10), b.malloc(10));
  });

  test('takes bytes as Buffer, ArrayBuffer or any view, at an offset too', () => {
    const spacious = new Uint8Array(full.length + 200).fill(0xff);
    spacious.set(full, 100);
    const part = spacious.subarray(100, 100 + full.length);
    const buffer = part.slice().buffer;
    for (const wasm of [full, part, buffer, new DataView(buffer)]) {
      exercise(createHeap({ wasm }));
      assert.throws(() => createHeap({ wasm, maximum: 3 }).memory.grow(3), RangeError);
      exercise(createHeap({ wasm, maximum: 3 }));
    }
  });

  test('takes a compiled module', () =>
    exercise(createHeap({ wasm: new WebAssembly.Module(full) })));

  test('undefined options are no options', () => {
    exercise(
      createHeap({ wasm: undefined, initial: undefined, maximum: undefined, throws: undefined }),
    );
  });

  test('does not change the bytes it is given', () => {
    const copy = Uint8Array.from(full);
    createHeap({ wasm: copy, maximum: 9 });
    assert.deepEqual(copy, Uint8Array.from(full));
  });
});

describe('initial and maximum', () => {
  test('initial pages are there before, and the first malloc uses them', () => {
    const heap = createHeap({ initial: 10 });
    assert.equal(pagesOf(heap), 10);
    assert.notEqual(heap.malloc(9.9 * PAGE - ((9.9 * PAGE) % 1)), 0);
    assert.equal(pagesOf(heap), 10);
  });

  test('initial applies to a compiled module; fewer than there are changes nothing', () => {
    const wasm = new WebAssembly.Module(full);
    assert.equal(pagesOf(createHeap({ wasm, initial: 5 })), 5);
    assert.equal(
      pagesOf(
        createHeap({
          wasm: assemble(`(module (memory (export "memory") 7) ${FUNCTIONS})`),
          initial: 2,
        }),
      ),
      7,
    );
  });

  for (const [name, wasm] of [
    ['own', undefined],
    ['tlsf.wasm', full],
    ['tlsf-min.wasm', min],
  ]) {
    test(`maximum holds, to the page and no further: ${name}`, () => {
      const heap = createHeap({ wasm, maximum: 16 });
      let blocks = 0;
      for (; heap.malloc(PAGE / 2); blocks++);
      assert.equal(pagesOf(heap), 16);
      assert.ok(blocks >= 30 && blocks < 32, `${blocks} blocks of half a page in 16 pages`);
      assert.throws(() => heap.memory.grow(1), RangeError);
    });
  }

  test('every size of the number in the memory section: 1 to 3 bytes of LEB128', () => {
    for (const maximum of [1, 127, 128, 16383, 16384, 65536]) {
      const heap = createHeap({ maximum });
      assert.throws(() => heap.memory.grow(maximum), RangeError);
      if (maximum < 16384) heap.memory.grow(maximum - 1);
      exercise(createHeap({ maximum }));
    }
  });

  test('initial and maximum may be equal', () => {
    const heap = createHeap({ initial: 4, maximum: 4 });
    assert.equal(pagesOf(heap), 4);
    assert.notEqual(heap.malloc(3.9 * PAGE - ((3.9 * PAGE) % 1)), 0);
    assert.equal(heap.malloc(PAGE), 0);
  });

  test("a maximum replaces the module's own", () => {
    const wasm = assemble(`(module (memory (export "memory") 200 300) ${FUNCTIONS})`);
    const heap = createHeap({ wasm, maximum: 250 });
    heap.memory.grow(50);
    assert.throws(() => heap.memory.grow(1), RangeError);
    createHeap({ wasm, maximum: 400 }).memory.grow(200);
  });

  test('a maximum in a module of a megabyte', () => {
    const data = `(data (i32.const 0) "${'a'.repeat(1 << 20)}")`;
    const heap = createHeap({
      wasm: assemble(`(module (memory (export "memory") 20) ${FUNCTIONS} ${data})`),
      maximum: 21,
    });
    assert.equal(heap.u8[(1 << 20) - 1], 97);
    heap.memory.grow(1);
    assert.throws(() => heap.memory.grow(1), RangeError);
  });

  test('errors', () => {
    const wasm = assemble(`(module (memory (export "memory") 200) ${FUNCTIONS})`);
    const module = new WebAssembly.Module(full);
    const range = 'must be an integer from 1 to 65536, in pages of 64 KiB';
    for (const name of ['initial', 'maximum']) {
      for (const value of [0, -1, 1.5, 65537, NaN, Infinity]) {
        assert.throws(
          () => createHeap({ [name]: value }),
          rangeError(`createHeap: ${name} ${range}, not ${value}`),
        );
      }
      assert.throws(
        () => createHeap({ [name]: '3' }),
        typeError(`createHeap: ${name} ${range}, not "3"`),
      );
      assert.throws(
        () => createHeap({ [name]: null }),
        typeError(`createHeap: ${name} ${range}, not null`),
      );
    }
    const tooMany = (pages) =>
      rangeError(`createHeap: initial: memory can't have ${pages} pages; is maximum less?`);
    assert.throws(() => createHeap({ initial: 5, maximum: 4 }), tooMany(5));
    assert.throws(
      () => createHeap({ wasm, maximum: 199 }),
      /^Error: createHeap: the module can't be compiled: .*maximum.*199.*200/,
    );
    assert.throws(
      () => createHeap({ wasm: module, maximum: 4 }),
      typeError('createHeap: a compiled WebAssembly.Module has its maximum; pass its bytes'),
    );
    const small = assemble(`(module (memory (export "memory") 1 2) ${FUNCTIONS})`);
    assert.throws(() => createHeap({ wasm: small, initial: 3 }), tooMany(3));
  });
});

describe('loadHeap', () => {
  let server;
  let base;

  before(async () => {
    const types = { '/right': 'application/wasm', '/wrong': 'text/html', '/none': undefined };
    server = createServer(({ url }, response) => {
      if (!(url in types)) return response.writeHead(404).end('no such file');
      if (types[url]) response.setHeader('content-type', types[url]);
      return response.end(full);
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${server.address().port}`;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  for (const path of ['/right', '/wrong', '/none']) {
    test(`an http URL, with the MIME type ${path.slice(1)}`, async () => {
      exercise(await loadHeap(`${base}${path}`));
      exercise(await loadHeap(new URL(path, base)));
      exercise(await loadHeap(await fetch(`${base}${path}`)));
      exercise(await loadHeap(fetch(`${base}${path}`), { initial: 2, maximum: 3 }));
    });
  }

  test('a file: URL', async () => {
    const url = pathToFileURL(join(root, 'dist', 'tlsf.wasm'));
    exercise(await loadHeap(url));
    exercise(await loadHeap(url.href));
    exercise(await loadHeap({ href: url.href }));
    exercise(await loadHeap(new URL('../../dist/tlsf-min.wasm', import.meta.url)));
  });

  test('a data: URL', async () => {
    exercise(await loadHeap(`data:application/wasm;base64,${full.toString('base64')}`));
  });

  test('bytes, a module, a Response made by hand, and promises of them', async () => {
    for (const source of [
      full,
      new WebAssembly.Module(full),
      new Response(full),
      new Blob([full]),
    ]) {
      exercise(await loadHeap(source));
    }
    exercise(await loadHeap(readFile(join(root, 'dist', 'tlsf.wasm'))));
    exercise(await loadHeap(WebAssembly.compile(full)));
    exercise(await loadHeap(Promise.resolve(`${base}/right`)));
  });

  test('takes the options of a heap', async () => {
    const heap = await loadHeap(`${base}/wrong`, { initial: 2, maximum: 3, throws: true });
    assert.equal(pagesOf(heap), 2);
    assert.throws(() => heap.malloc(3 * PAGE), RangeError);
    assert.equal(pagesOf(await loadHeap(new WebAssembly.Module(full), { initial: 2 })), 2);
  });

  test('errors', async () => {
    const refuses = (promise, expected) => assert.rejects(promise, expected);
    await refuses(loadHeap(`${base}/lost`), {
      name: 'Error',
      message: `loadHeap: ${base}/lost has the status 404`,
    });
    await refuses(loadHeap(fetch(`${base}/lost`)), {
      name: 'Error',
      message: `loadHeap: ${base}/lost has the status 404`,
    });
    await refuses(loadHeap(new Response('', { status: 500 })), {
      name: 'Error',
      message: 'loadHeap: the response has the status 500',
    });
    await refuses(
      loadHeap('./tlsf.wasm'),
      /^Error: loadHeap: cannot read \.\/tlsf\.wasm: Invalid URL; .* new URL\(path, import\.meta\.url\)$/,
    );
    const lost = pathToFileURL(join(root, 'dist', 'lost.wasm'));
    await refuses(loadHeap(lost), {
      name: 'Error',
      message: `loadHeap: cannot read ${lost}: ENOENT: no such file or directory, open '${join(root, 'dist', 'lost.wasm')}'; an absolute URL is new URL(path, import.meta.url)`,
    });
    await refuses(loadHeap('http://127.0.0.1:1/'), (error) => {
      assert.match(error.message, /^loadHeap: cannot read http:\/\/127\.0\.0\.1:1\/: ./);
      return error.cause instanceof TypeError;
    });
    for (const [source, shown] of [
      [undefined, 'undefined'],
      [null, 'null'],
      [42, '42'],
      [{}, '[object Object]'],
      [{ href: 5 }, '[object Object]'],
    ]) {
      await refuses(
        loadHeap(source),
        typeError(
          `loadHeap: source must be a URL, a Response, bytes, a WebAssembly.Module or a promise of one, not ${shown}`,
        ),
      );
    }
    await refuses(loadHeap(Buffer.from('<!doctype html>')), (error) => {
      assert.match(error.message, /^loadHeap: the module can't be compiled: .*magic/);
      return error.cause instanceof WebAssembly.CompileError;
    });
    await refuses(
      loadHeap(new WebAssembly.Module(full), { maximum: 4 }),
      typeError('loadHeap: a compiled WebAssembly.Module has its maximum; pass its bytes'),
    );
    await refuses(
      loadHeap(full, { wasm: full }),
      typeError(
        'loadHeap: options must be an object of initial, maximum, throws, memory, mayWait, not "wasm"',
      ),
    );
    await refuses(loadHeap(assemble('(module (import "env" "log" (func)))')), {
      name: 'Error',
      message: `loadHeap: the module imports env.log; ${NO_IMPORTS}`,
    });
  });
});

describe('heapOf', () => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(full));

  test('makes a heap over exports, and takes throws', () => {
    const heap = heapOf(exports);
    exercise(heap);
    assert.equal(heap.memory, exports.memory);
    assert.equal(heap.exports, exports);
    assert.throws(() => heapOf(exports, { throws: true }).malloc(2 ** 32 - 1), RangeError);
  });

  test('errors', () => {
    const must = 'heapOf: exports must be what an instance exports (instance.exports), not';
    const instance = new WebAssembly.Instance(new WebAssembly.Module(full));
    assert.throws(() => heapOf(undefined), typeError(`${must} undefined`));
    assert.throws(() => heapOf(instance), typeError(`${must} [object WebAssembly.Instance]`));
    assert.throws(
      () => heapOf(exports, { initial: 3 }),
      typeError('heapOf: options must be an object of throws, not "initial"'),
    );
    assert.throws(() => heapOf({ memory: exports.memory }), /does not export malloc/);
    assert.throws(() => heapOf({}), {
      name: 'Error',
      message:
        'heapOf: the module does not export memory; tlsf.wasm does; wasm-ld: --export-memory',
    });
  });
});

describe('errors of createHeap', () => {
  test('options', () => {
    const must = 'createHeap: options must be an object of wasm, initial, maximum, throws, not';
    assert.throws(() => createHeap(full), typeError(`${must} [object Uint8Array]`));
    assert.throws(
      () => createHeap(new WebAssembly.Module(full)),
      typeError(`${must} [object WebAssembly.Module]`),
    );
    assert.throws(() => createHeap(null), typeError(`${must} null`));
    assert.throws(() => createHeap({ pages: 3 }), typeError(`${must} "pages"`));
    assert.throws(
      () => createHeap({ throws: 1 }),
      typeError('createHeap: throws must be true or false, not 1'),
    );
  });

  test('what is no module', () => {
    const must = 'createHeap: wasm must be bytes or a WebAssembly.Module';
    assert.throws(() => createHeap({ wasm: 'tlsf.wasm' }), typeError(`${must}, not "tlsf.wasm"`));
    assert.throws(
      () => createHeap({ wasm: Promise.resolve(full) }),
      typeError(`${must}, not [object Promise]`),
    );
    assert.throws(() => createHeap({ wasm: null }), typeError(`${must}, not null`));
  });

  test('bytes that are no module, with and without a maximum', () => {
    const broken = [
      new Uint8Array(),
      Buffer.from('<!doctype html>'),
      full.subarray(0, 60),
      new Uint8Array(300000).fill(255),
    ];
    for (const wasm of broken) {
      for (const maximum of [undefined, 3]) {
        assert.throws(
          () => createHeap({ wasm, maximum }),
          (error) => {
            assert.match(error.message, /^createHeap: the module can't be compiled: ./);
            return error.cause instanceof WebAssembly.CompileError;
          },
        );
      }
    }
  });

  test('a module that lacks an export', () => {
    const memory = '(memory (export "memory") 1)';
    const cases = {
      memory: FUNCTIONS,
      malloc: `${memory} (func (export "free") (param i32))`,
      free: `${memory} (func (export "malloc") (param i32) (result i32) i32.const 0)`,
    };
    for (const [name, text] of Object.entries(cases)) {
      const flag = name === 'memory' ? '--export-memory' : `--export=${name}`;
      const message = `createHeap: the module does not export ${name}; tlsf.wasm does; wasm-ld: ${flag}`;
      for (const maximum of [undefined, 3]) {
        assert.throws(() => createHeap({ wasm: assemble(`(module ${text})`), maximum }), {
          name: 'Error',
          message,
        });
      }
    }
  });

  test('a module that imports', () => {
    assert.throws(
      () => createHeap({ wasm: assemble('(module (import "env" "memory" (memory 1)))') }),
      {
        name: 'Error',
        message:
          'createHeap: the module imports env.memory; it is for tlsf-wasm/any, /given or /threads',
      },
    );
  });

  test('a module of heaps over ranges says how it is used', async () => {
    for (const name of Object.keys(RANGED)) {
      const wasm = await readFile(join(root, 'dist', `${name}.wasm`));
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      for (const options of [{}, { memory }]) {
        assert.throws(
          () => any.createHeap({ wasm, ...options }),
          /tlsf-wasm\/given .*\(docs\/given\.md\)/,
        );
        await assert.rejects(
          loadHeap(wasm, options),
          /loadHeap: this module has heaps over ranges/,
        );
      }
    }
  });

  test('a module that lives in the memory of others says how it is used', async () => {
    const names = Object.values(MODULES).filter(isEmbedded);
    assert(names.length);
    for (const { module } of names) {
      const wasm = await readFile(new URL(`../../dist/${module}.wasm`, import.meta.url));
      const message =
        /^(create|load)Heap: the module lives in a memory of yours; .*__heap_base.* to heapOf/;
      assert.throws(() => any.createHeap({ wasm }), { name: 'Error', message });
      assert.throws(() => createHeap({ wasm }), /imports env\.\w+; it is for tlsf-wasm\/any/);
      await assert.rejects(loadHeap(wasm), { name: 'Error', message });
      const memory = new WebAssembly.Memory({ initial: 1 });
      const env = { memory, __heap_base: 1024, __heap_end: 65536 };
      const { instance } = await WebAssembly.instantiate(wasm, { env });
      const heap = heapOf({ ...instance.exports, memory });
      const p = heap.malloc(100000);
      heap.u8.fill(7, p, p + 100000);
      assert.equal(heap.usableSize(p) >= 100000, true);
    }
  });

  test('a runtime that compiles no bytes (as Cloudflare Workers) says so, and takes a module', () => {
    const program = `
      import vm from 'node:vm';
      import { posix } from 'node:path';
      import { readFileSync } from 'node:fs';
      const context = vm.createContext({ atob, URL, wasm: new WebAssembly.Module(readFileSync('dist/tlsf.wasm')) }, {
        codeGeneration: { wasm: false },
      });
      const load = (path) => new vm.SourceTextModule(readFileSync(path, 'utf8'), { context, identifier: path });
      const loaded = {};
      const main = load('js/index.js');
      await main.link((name, { identifier }) => {
        const path = posix.join(posix.dirname(identifier), name);
        return (loaded[path] ??= load(path));
      });
      await main.evaluate();
      try {
        main.namespace.createHeap();
      } catch (error) {
        console.log(error.message);
      }
      context.createHeap = main.namespace.createHeap;
      console.log(vm.runInContext('createHeap({ wasm }).malloc(10) > 0', context));
    `;
    const args = [
      '--experimental-vm-modules',
      '--no-warnings',
      '--input-type=module',
      '-e',
      program,
    ];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    assert.equal(
      `${stdout}${stderr}`,
      "createHeap: the module can't be compiled: WebAssembly.Module(): Wasm code generation disallowed by embedder; " +
        "a page's script-src needs 'wasm-unsafe-eval', a runtime createHeap({ wasm: module }): docs/javascript.md\ntrue\n",
    );
  });
});

describe('a heap', () => {
  test('has its functions and views, and they need no this', () => {
    const heap = any.createHeap();
    const names = [
      'memory',
      'exports',
      'malloc',
      'free',
      'calloc',
      'realloc',
      'alignedAlloc',
      'aligned_alloc',
      'usableSize',
      ...['alloc', 'copyIn', 'string', 'text', 'view', 'scope'],
      'reserve',
      ...VIEWS,
    ];
    const more = [
      ...['leaks', 'tryMalloc', 'tryFree'],
      ...['stats', 'walk', 'check', 'reset', 'limit'],
    ];
    assert.deepEqual(Object.keys(heap).sort(), [...names, ...more].sort());
    assert.deepEqual(Object.keys(createHeap()).sort(), names.sort());
    const { malloc, free } = heap;
    free(malloc(3));
  });

  test('free returns undefined and lets 0 pass', () =>
    assert.equal(createHeap().free(0), undefined));

  test('calloc clears what was used before', () => {
    const heap = createHeap();
    const p = heap.malloc(3000);
    heap.u8.fill(255, p, p + 3000);
    heap.free(p);
    const q = heap.calloc(30, 100);
    assert.equal(q, p);
    assert.ok(heap.u8.subarray(q, q + 3000).every((byte) => byte === 0));
    assert.equal(heap.calloc(2 ** 31, 2), 0);
    assert.equal(heap.calloc(2 ** 32 - 1, 2 ** 32 - 1), 0);
  });

  test('realloc keeps the bytes when it moves', () => {
    const heap = createHeap();
    const p = heap.malloc(100);
    heap.malloc(1);
    heap.u8.fill(9, p, p + 100);
    const q = heap.realloc(p, 500000);
    assert.notEqual(q, p);
    assert.ok(heap.u8.subarray(q, q + 100).every((byte) => byte === 9));
    assert.ok(heap.usableSize(q) >= 500000);
    assert.notEqual(heap.realloc(0, 20), 0);
  });

  test('alignedAlloc aligns', () => {
    const heap = createHeap();
    for (let align = 1; align <= 1 << 20; align *= 2)
      assert.equal(heap.alignedAlloc(align, 100) % align, 0);
    assert.equal(heap.alignedAlloc(2 ** 31, 2 ** 31), 0);
  });

  test('usableSize is at least what was asked for, and 0 at 0', () => {
    const heap = createHeap();
    for (let n = 0; n < 300; n++) {
      const usable = heap.usableSize(heap.malloc(n));
      assert.ok(usable >= n && usable < n + 32, `${usable} for ${n}`);
    }
    assert.equal(heap.usableSize(0), 0);
  });

  test('malloc(0) is a pointer of its own', () => {
    const heap = createHeap();
    const [p, q] = [heap.malloc(0), heap.malloc(0)];
    assert.ok(p > 0 && q > 0 && p !== q);
  });

  test('a size that can never be met is 0', () => {
    const heap = createHeap();
    assert.equal(heap.malloc(2 ** 32 - 1), 0);
    exercise(heap);
  });
});

describe('views', () => {
  test('are one object as long as memory stays, and new once it has grown', () => {
    const heap = createHeap();
    for (const name of VIEWS) {
      const old = heap[name];
      assert.equal(heap[name], old);
      assert.equal(old.buffer, heap.memory.buffer);
      heap.memory.grow(1);
      assert.notEqual(heap[name], old);
      assert.equal(heap[name].buffer, heap.memory.buffer);
      assert.equal(heap[name].byteLength, heap.memory.buffer.byteLength);
      assert.equal(heap[name], heap[name]);
    }
  });

  test('are current after malloc, calloc, realloc and alignedAlloc grew memory', () => {
    const heap = createHeap();
    let last = heap.malloc(10);
    const steps = [
      () => heap.malloc(5 * PAGE),
      () => heap.calloc(5, PAGE),
      () => heap.realloc(last, 20 * PAGE),
      () => heap.alignedAlloc(PAGE, 5 * PAGE),
    ];
    for (const step of steps) {
      const { buffer } = heap.u8;
      last = step();
      assert.equal(buffer.byteLength, 0, 'memory did not grow');
      heap.u8[last + 4 * PAGE] = 77;
      assert.equal(heap.dataView.getUint8(last + 4 * PAGE), 77);
    }
  });

  test('show the same bytes, each in its type', () => {
    const heap = createHeap();
    const p = heap.malloc(8);
    heap.f64[p / 8] = -2.5;
    assert.equal(heap.dataView.getFloat64(p, true), -2.5);
    heap.u64[p / 8] = 2n ** 64n - 2n;
    const expected = {
      u8: 254,
      i8: -2,
      u16: 65534,
      i16: -2,
      u32: 2 ** 32 - 2,
      i32: -2,
      u64: 2n ** 64n - 2n,
      i64: -2n,
    };
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(heap[name][p / heap[name].BYTES_PER_ELEMENT], value, name);
    }
    heap.f32[p / 4] = 1.5;
    assert.equal(heap.u32[p / 4], 0x3fc00000);
  });

  test('cannot be assigned', () => {
    const heap = createHeap();
    assert.throws(() => {
      heap.u8 = new Uint8Array(1);
    }, TypeError);
  });
});

test('pointers above 2 GiB are unsigned, to every function', () => {
  const heap = createHeap({ throws: true });
  const low = heap.malloc(1.2e9);
  const high = heap.malloc(1.2e9);
  assert.ok(high - low >= 1.2e9, `${low}, then ${high}`);
  const end = high + 1.2e9;
  assert.ok(end > 2 ** 31);
  heap.u8[end - 1] = 42;
  assert.equal(heap.dataView.getUint8(end - 1), 42);

  const p = heap.malloc(64);
  assert.ok(p > 2 ** 31, `${p} is not above 2 GiB`);
  assert.ok(heap.exports.malloc(64) < 0, 'the raw export returns it signed');
  heap.u32.fill(7, p / 4, p / 4 + 16);
  assert.ok(heap.usableSize(p) >= 64);
  const q = heap.realloc(p, 5000);
  assert.ok(q > 2 ** 31, `realloc: ${q}`);
  assert.equal(heap.u32[q / 4 + 15], 7);
  for (const other of [heap.calloc(10, 10), heap.alignedAlloc(4096, 10)])
    assert.ok(other > 2 ** 31, `${other}`);
  heap.free(q);
  heap.free(high);
  assert.equal(heap.realloc(low, 10), low);
});

test('one block may be larger than 2 GiB, and its size is unsigned too', () => {
  const heap = createHeap();
  const p = heap.malloc(2.2e9);
  assert.ok(heap.usableSize(p) >= 2.2e9);
  heap.u8[p + 2.2e9 - 1] = 42;
  assert.equal(heap.realloc(p, 2.3e9), p);
  assert.equal(heap.u8[p + 2.2e9 - 1], 42);
});

/** What sizes and pointers must be. */
const wordsTo = (most) =>
  `: sizes and pointers must be integers from 0 to ${most} (p >>> 0 makes one unsigned), not`;
const WORDS = wordsTo(2 ** 32 - 1);

describe('wrong arguments', () => {
  const heap = createHeap();
  const calls = [
    ['malloc', 'size', (x) => heap.malloc(x)],
    ['calloc', 'count', (x) => heap.calloc(x, 1)],
    ['calloc', 'size', (x) => heap.calloc(1, x)],
    ['realloc', 'size', (x) => heap.realloc(0, x)],
    ['alignedAlloc', 'align', (x) => heap.alignedAlloc(x, 16)],
    ['alignedAlloc', 'size', (x) => heap.alignedAlloc(16, x)],
    ['free', 'pointer', (x) => heap.free(x)],
    ['realloc', 'pointer', (x) => heap.realloc(x, 1)],
    ['usableSize', 'pointer', (x) => heap.usableSize(x)],
    ['reserve', 'size', (x) => heap.reserve(x)],
  ];
  for (const [what, argument, call] of calls) {
    test(`${what}: ${argument}`, () => {
      for (const value of [-1, 2 ** 32, 1.5, NaN, Infinity, -(2 ** 31)]) {
        assert.throws(() => call(value), rangeError(`${what}${WORDS} ${value}`));
      }
      const others = [
        [undefined, 'undefined'],
        [null, 'null'],
        [true, 'true'],
        ['8', '"8"'],
        [8n, '8n'],
        [Symbol('s'), 'Symbol(s)'],
        [[8], '[object Array]'],
        [{ valueOf: () => 8 }, '[object Object]'],
        [() => 8, '[object Function]'],
      ];
      for (const [value, shown] of others)
        assert.throws(() => call(value), typeError(`${what}${WORDS} ${shown}`));
    });
  }

  test('alignedAlloc: align', () => {
    const must = 'alignedAlloc: align must be a power of two';
    for (const value of [0, 3, 48])
      assert.throws(() => heap.alignedAlloc(value, 8), rangeError(`${must}, not ${value}`));
  });

  test('leave the heap as it was', () => exercise(heap));
});

describe('throws: true', () => {
  const out = (name, bytes, pages) =>
    rangeError(
      `${name}: out of memory: ${bytes} bytes asked; memory has ${pages * PAGE} and can't grow enough`,
    );

  test('an exhausted heap throws, and works on', () => {
    const heap = createHeap({ maximum: 4, throws: true });
    const p = heap.malloc(100);
    heap.u8.fill(5, p, p + 100);
    assert.throws(() => heap.malloc(300000), out('malloc', 300000, 1));
    assert.throws(() => heap.calloc(1000, 300), out('calloc', '1000 x 300', 1));
    assert.throws(() => heap.realloc(p, 300001), out('realloc', 300001, 1));
    assert.throws(() => heap.alignedAlloc(PAGE, 300002), out('alignedAlloc', 300002, 1));
    assert.ok(heap.u8.subarray(p, p + 100).every((byte) => byte === 5));
    heap.free(p);
    exercise(heap);
  });

  test('names the pages that memory has by then', () => {
    const heap = createHeap({ maximum: 4, throws: true });
    assert.throws(
      () => {
        for (;;) heap.malloc(10000);
      },
      out('malloc', 10000, 4),
    );
  });

  test('what succeeds is as without: free(0), malloc(0), realloc to 0', () => {
    const heap = createHeap({ throws: true });
    heap.free(0);
    assert.notEqual(heap.realloc(heap.malloc(0), 0), 0);
  });

  test('without it the same heap returns 0', () => {
    const heap = createHeap({ maximum: 4 });
    const p = heap.malloc(100);
    const results = [
      heap.malloc(300000),
      heap.calloc(1000, 300),
      heap.realloc(p, 300000),
      heap.alignedAlloc(PAGE, 300000),
    ];
    assert.deepEqual(results, [0, 0, 0, 0]);
  });
});

describe('tlsf-min.wasm', () => {
  test('has malloc and free, the views and the options', () => {
    const heap = createHeap({ wasm: min, initial: 2, maximum: 3, throws: true });
    exercise(heap);
    assert.equal(pagesOf(heap), 2);
    assert.throws(() => heap.malloc(3 * PAGE), RangeError);
  });

  test('each function it lacks says so when it is called', () => {
    const heap = any.createHeap({ wasm: min });
    const p = heap.malloc(10);
    const flag = (name) => `wasm-ld --export=${name} adds it to a program`;
    const tlsf = (name) =>
      `the module does not export ${name}; tlsf.wasm does; wasm-ld: --export=${name}`;
    const from = (where) => (name) =>
      `this module does not export ${name}; ${where}; ${flag(name)}`;
    const program = from('programs linked with an archive can have it (docs/heap.md)');
    const calls = {
      calloc: [tlsf, () => heap.calloc(1, 1)],
      realloc: [tlsf, () => heap.realloc(p, 1)],
      aligned_alloc: [tlsf, () => heap.alignedAlloc(16, 1)],
      malloc_usable_size: [tlsf, () => heap.usableSize(p)],
      tlsf_heap_stats: [program, () => heap.stats()],
      tlsf_heap_limit: [program, () => heap.limit(5)],
      tlsf_try_malloc: [from('tlsf-threads.wasm has it'), () => heap.tryMalloc(5)],
      tlsf_live_next: [from('tlsf-checked.wasm has it'), () => heap.leaks()],
    };
    for (const [name, [says, call]] of Object.entries(calls))
      assert.throws(call, { name: 'Error', message: `${name}: ${says(name)}` });
    assert.throws(() => createHeap({ wasm: min }).calloc(1, 1), /^Error: calloc: the module does/);
  });
});

describe('types', () => {
  const file = join(root, 'test', 'loader', 'types', 'use.ts');
  const settings = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, types: [] };
  const programs = {
    node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
    bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  };
  const compile = (options, files) => ts.createProgram(files, { ...settings, ...options });
  const problems = (program) =>
    ts.getPreEmitDiagnostics(program).map((d) => {
      const where = d.file
        ? `${d.file.fileName}:${d.file.getLineAndCharacterOfPosition(d.start).line + 1}: `
        : '';
      return where + ts.flattenDiagnosticMessageText(d.messageText, '\n');
    });

  for (const [name, options] of Object.entries(programs)) {
    test(`right uses compile and wrong ones do not, moduleResolution ${name}`, () => {
      const lib = ['lib.es2022.d.ts', 'lib.dom.d.ts'];
      assert.deepEqual(
        problems(compile({ ...options, lib, exactOptionalPropertyTypes: true }, [file])),
        [],
      );
    });
  }

  test('need no lib dom', () => {
    const bare = join(root, 'test', 'loader', 'types', 'bare.ts');
    assert.deepEqual(
      problems(compile({ ...programs.node16, lib: ['lib.es2022.d.ts'] }, [bare])),
      [],
    );
  });

  const declarations = [
    ['index', 'Heap', api],
    ['any', 'AnyHeap', any],
  ];
  for (const [entry, name, values] of declarations)
    test(`declare what there is, and nothing else: ${name}`, () => {
      const program = compile(programs.node16, [join(root, 'js', `${entry}.d.ts`)]);
      const checker = program.getTypeChecker();
      const source = program.getSourceFile(join(root, 'js', `${entry}.d.ts`));
      const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
      const declaredValues = symbols
        .filter((symbol) => symbol.flags & ts.SymbolFlags.Value)
        .map((symbol) => symbol.name);
      assert.deepEqual(declaredValues.sort(), Object.keys(values).sort());

      const heap = values.createHeap();
      const declared = checker.getDeclaredTypeOfSymbol(
        symbols.find((symbol) => symbol.name === name),
      );
      assert.deepEqual(
        declared
          .getProperties()
          .map((property) => property.name)
          .sort(),
        Object.keys(heap).sort(),
      );
      for (const view of VIEWS) {
        const type = checker.typeToString(checker.getTypeOfSymbol(declared.getProperty(view)));
        assert.equal(
          type.replace('<ArrayBuffer>', '').replace('<ArrayBufferLike>', ''),
          heap[view].constructor.name,
        );
      }
    });
});

describe('a heap of wasm64', () => {
  const most = Number.MAX_SAFE_INTEGER;
  const wides = Object.values(MODULES)
    .filter(({ target }) => target === 'wasm64')
    .map(({ module }) => readFileSync(join(root, 'dist', `${module}.wasm`)));

  test('takes and returns Numbers; its exports are as they are', async () => {
    for (const wasm of wides) {
      for (const heap of [
        any.createHeap({ wasm }),
        await loadHeap(wasm),
        heapOf(new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports),
      ]) {
        exercise(heap);
        const p = heap.calloc(10, 8);
        heap.u64[p / 8] = 1n;
        const q = heap.realloc(p, 100000);
        assert.equal(heap.f64.length * 8, heap.memory.buffer.byteLength);
        assert.equal(heap.u64[q / 8], 1n);
        assert(heap.usableSize(q) >= 100000);
        assert.equal(heap.usableSize(0), 0);
        assert.equal(heap.alignedAlloc(4096, 10) % 4096, 0);
        heap.free(q);
        heap.free(0);
        assert.equal(typeof heap.exports.malloc(1n), 'bigint');
      }
    }
  });

  test('tlsf-wasm says which entry takes it', () => {
    for (const wasm of wides)
      assert.throws(() => createHeap({ wasm }), {
        name: 'Error',
        message: 'createHeap: a module of wasm64 needs tlsf-wasm/any',
      });
  });

  test('initial, maximum and throws', () => {
    for (const wasm of wides) {
      const heap = any.createHeap({ wasm, initial: 3, maximum: 5, throws: true });
      assert.equal(pagesOf(heap), 3);
      const message = `malloc: out of memory: 400000 bytes asked; memory has ${3 * PAGE} and can't grow enough`;
      assert.throws(() => heap.malloc(400000), rangeError(message));
      assert.equal(any.createHeap({ wasm, maximum: 5 }).malloc(400000), 0);
      assert.throws(() => any.createHeap({ wasm, initial: 6, maximum: 5 }), RangeError);
      for (const size of [2 ** 32, 2 ** 36, 2 ** 40, most]) {
        assert.equal(any.createHeap({ wasm, maximum: 5 }).malloc(size), 0);
        assert.equal(any.createHeap({ wasm, maximum: 5 }).calloc(size, size), 0);
      }
    }
  });

  test('refuses what is no size, address or alignment', () => {
    const heap = any.createHeap({ wasm: wides[0] });
    for (const wrong of [-1, 1.5, 2 ** 53, NaN])
      assert.throws(() => heap.malloc(wrong), rangeError(`malloc${wordsTo(most)} ${wrong}`));
    assert.throws(() => heap.malloc(10n), typeError(`malloc${wordsTo(most)} 10n`));
    assert.throws(() => heap.free('1'), typeError(`free${wordsTo(most)} "1"`));
    for (const align of [0, 3, 2 ** 32 + 1, 2 ** 40 + 2 ** 33, most])
      assert.throws(
        () => heap.alignedAlloc(align, 1),
        rangeError(`alignedAlloc: align must be a power of two, not ${align}`),
      );
    for (const align of [2 ** 33, 2 ** 52]) assert.equal(heap.alignedAlloc(align, 2 ** 37), 0);
  });

  test('a memory of more than 4 GiB', { skip: !hasTable64 && 'it ends at 4 GiB here' }, () => {
    const heap = any.createHeap({ wasm: wides[0] });
    const p = heap.malloc(5 * 2 ** 30);
    const q = heap.malloc(10);
    assert(q > 2 ** 32);
    heap.u8[q] = 7;
    heap.dataView.setUint8(p + 2 ** 32, 8);
    const r = heap.realloc(q, 1000);
    assert.equal(heap.u8[r], 7);
    assert.equal(heap.u8[p + 2 ** 32], 8);
    heap.free(p);
    heap.free(r);
  });
});
