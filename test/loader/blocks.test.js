// SPDX-License-Identifier: MIT OR Apache-2.0
// Blocks as objects, text, scopes: js/blocks.js.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHeap } from 'tlsf-wasm';
import { createHeap as createChecked } from 'tlsf-wasm/checked';
import { createHeap as createThreads } from 'tlsf-wasm/threads';
import { NODE24 } from '../engines/node24.js';
import { testWith } from '../support/needs.js';
import { run } from './unpacked.js';

const root = join(import.meta.dirname, '..', '..');

const PAGE = 65536;
const FREED = { name: 'Error', message: 'this block was freed already' };
const TYPES = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

const grow = (heap) => heap.memory.grow(1);
const shared = () =>
  createThreads({ memory: new WebAssembly.Memory({ initial: 1, maximum: 99, shared: true }) });

/** Fails if blocks are live: the build for debugging knows them. */
const clean = (heap) => assert.deepEqual(heap.leaks(), []);

test('alloc clears, in each type, where memory was used before', () => {
  const heap = createHeap();
  for (const Type of TYPES) {
    const p = heap.malloc(99);
    heap.u8.fill(255, p, p + 99);
    heap.free(p);
    const { view, pointer, length } = heap.alloc(Type, 9);
    assert.equal(view.constructor, Type);
    assert.deepEqual([view.byteOffset, view.length, length], [pointer, 9, 9]);
    assert.ok(view.every((element) => Number(element) === 0));
    assert.ok(heap.usableSize(pointer) >= view.byteLength);
  }
  assert.equal(heap.alloc(Uint8Array, 0).view.length, 0);
});

test('a view is current after growth, in memory that threads share too', () => {
  for (const heap of [createHeap(), shared()]) {
    const block = heap.alloc(Float64Array, 3);
    block.view[2] = 1.5;
    const old = block.view;
    assert.equal(block.view, old);
    grow(heap);
    assert.notEqual(block.view, old);
    assert.equal(block.view.buffer, heap.memory.buffer);
    assert.equal(block.view[2], 1.5);
  }
});

test('a freed block can be used no more, and is freed once', () => {
  const heap = createChecked();
  const block = heap.alloc(Uint8Array, 3);
  block.free();
  assert.throws(() => block.free(), FREED);
  assert.throws(() => block.pointer, FREED);
  assert.throws(() => block.view, FREED);
  block[Symbol.dispose](); // as `using` does behind a free
  clean(heap);
});

test('copyIn takes each kind of data, of a Buffer the bytes', () => {
  const heap = createHeap();
  for (const Type of TYPES) {
    const data = Type.from(
      Array.from({ length: 5 }, (_, i) => (Type.name.startsWith('Big') ? BigInt(i) : i)),
    );
    const { view } = heap.copyIn(data.subarray(1));
    assert.deepEqual(view, data.slice(1));
  }
  const bytes = Uint8Array.of(1, 2, 3);
  const sharedBytes = new Uint8Array(new SharedArrayBuffer(3));
  sharedBytes.set(bytes);
  const datas = [bytes.buffer, new DataView(bytes.buffer), Buffer.from(bytes), sharedBytes.buffer];
  for (const data of datas) assert.deepEqual(heap.copyIn(data).view, bytes);
});

test('what fails to make a block leaves none', () => {
  const heap = createChecked();
  const old = heap.u8.subarray(0, 8);
  grow(heap);
  assert.throws(() => heap.copyIn(old), TypeError);
  const type = 'alloc: type must be that of a typed array, not [object Uint8Array]';
  assert.throws(() => heap.alloc(new Uint8Array(1), 3), { name: 'TypeError', message: type });
  assert.throws(() => heap.copyIn({ BYTES_PER_ELEMENT: 1, byteLength: 5 }), /^TypeError: copyIn:/);
  clean(heap);
  class Mine extends BigInt64Array {}
  assert.equal(heap.alloc(Mine, 3).view[2], 0n);
});

test("copyIn of the heap's own memory, though it grows meanwhile", () => {
  for (const heap of [createHeap(), shared()]) {
    const source = heap.alloc(Uint32Array, PAGE);
    source.view.fill(7);
    source.view[PAGE - 1] = 8;
    const pages = heap.memory.buffer.byteLength;
    const { view } = heap.copyIn(source.view);
    assert.ok(heap.memory.buffer.byteLength > pages, 'memory did not grow');
    assert.deepEqual([view[0], view[PAGE - 2], view[PAGE - 1]], [7, 7, 8]);
  }
});

test('text goes in and comes out: UTF-8, a byte 0, and parts', () => {
  for (const heap of [createHeap(), shared()]) {
    for (const text of ['', 'plain', 'Grüße, 世界 🎉', '\ufeffmark', 'a'.repeat(99999)]) {
      const block = heap.string(text);
      assert.equal(block.length, Buffer.byteLength(text));
      assert.equal(heap.u8[block.pointer + block.length], 0);
      assert.equal(heap.text(block.pointer), text);
      assert.equal(heap.text(block.pointer, block.length), text);
    }
    const { pointer } = heap.string('two\0parts');
    assert.equal(heap.text(pointer), 'two');
    assert.equal(heap.text(pointer, 9), 'two\0parts');
  }
});

test('text without an end says so', () => {
  const heap = createHeap();
  const last = heap.memory.buffer.byteLength - 1;
  heap.u8[last] = 65;
  assert.throws(() => heap.text(last), {
    name: 'RangeError',
    message: `text: no byte 0 follows ${last}`,
  });
});

test('text refuses what is no pointer or length, and what memory does not have', () => {
  const heap = createHeap();
  const { pointer } = heap.string('abc');
  const says = (name, message) => ({ name, message });
  const at =
    'text: sizes and pointers must be integers from 0 to 4294967295 (p >>> 0 makes one unsigned), not';
  // Above 2 GiB a function of a program returns a negative one.
  for (const value of [-16, NaN, 1.5])
    assert.throws(() => heap.text(value), says('RangeError', `${at} ${value}`));
  assert.throws(() => heap.text(`${pointer}`, 3), says('TypeError', `${at} "${pointer}"`));
  for (const value of [-1, NaN, 1.5])
    assert.throws(() => heap.text(pointer, value), says('RangeError', `${at} ${value}`));
  assert.throws(() => heap.text(pointer, '3'), TypeError);
  const end = heap.u8.length;
  assert.equal(heap.text(end, 0), '');
  assert.throws(
    () => heap.text(end - 1, 2),
    says('RangeError', `text: from ${end - 1} to ${end + 1} there is no memory: it ends at ${end}`),
  );
});

test('view reads what others allocated', () => {
  const heap = createHeap();
  const p = heap.malloc(8);
  heap.u16.set([1, 2, 3, 4], p / 2);
  assert.deepEqual(heap.view(Uint16Array, p, 3), Uint16Array.of(1, 2, 3));
  assert.throws(() => heap.view(Uint16Array, p + 1, 1), RangeError);
  const end = heap.u8.length;
  assert.equal(heap.view(Float64Array, end - 8, 1).length, 1);
  const says = (name, message) => ({ name, message: `view: ${message}` });
  const integers = 'sizes and pointers must be integers from 0 to 4294967295';
  assert.throws(
    () => heap.view(Float64Array, end - 8, 2),
    says('RangeError', `from ${end - 8} to ${end + 8} there is no memory: it ends at ${end}`),
  );
  const words = `${integers} (p >>> 0 makes one unsigned), not`;
  for (const wrong of [-8, NaN, 1.5]) {
    assert.throws(() => heap.view(Uint8Array, wrong, 1), says('RangeError', `${words} ${wrong}`));
    assert.throws(() => heap.view(Uint8Array, p, wrong), says('RangeError', `${words} ${wrong}`));
  }
  assert.throws(() => heap.view(Uint8Array, p), says('TypeError', `${words} undefined`));
  assert.throws(
    () => heap.view(Array, p, 1),
    says('TypeError', 'type must be that of a typed array, not [object Function]'),
  );
});

test('a scope frees what was made by it, the last one first', () => {
  const heap = createChecked();
  const kept = heap.alloc(Uint8Array, 1);
  const freed = [];
  const result = heap.scope((scope) => {
    const blocks = [
      scope.alloc(Float32Array, 9),
      scope.copyIn(Uint8Array.of(1)),
      scope.string('a'),
    ];
    blocks[1].free();
    freed.push(...blocks);
    return blocks[0].view.length;
  });
  assert.equal(result, 9);
  for (const block of freed) assert.throws(() => block.pointer, FREED);
  assert.deepEqual(
    heap.leaks().map(({ pointer }) => pointer),
    [kept.pointer],
  );
});

test('a scope ends when its function throws, and when its promise is settled', async () => {
  const heap = createChecked();
  const problem = new Error('mine');
  const fail = (scope) => {
    scope.alloc(Uint8Array, 5);
    throw problem;
  };
  assert.throws(() => heap.scope(fail), problem);
  clean(heap);
  let live;
  const length = heap.scope(async (scope) => {
    const block = scope.string('abc');
    await null;
    live = heap.leaks().length;
    return block.length;
  });
  assert.equal(await length, 3);
  assert.equal(live, 1);
  await assert.rejects(
    heap.scope(async (scope) => fail(scope)),
    problem,
  );
  clean(heap);
});

test('a scope without a function is disposed of, and is then empty', () => {
  const heap = createChecked();
  const scope = heap.scope();
  scope.alloc(Uint8Array, 5);
  scope[Symbol.dispose]();
  clean(heap);
  scope.alloc(Uint8Array, 5);
  scope.free();
  scope.free();
  clean(heap);
});

test('a scope ends though one of its blocks was written around', () => {
  const heap = createChecked();
  let pointer;
  let byte;
  const work = (scope) => {
    pointer = [8, 8, 8].map((length) => scope.alloc(Uint8Array, length).pointer)[1];
    byte = heap.u8[pointer + 8];
    heap.u8[pointer + 8]++;
  };
  assert.throws(() => heap.scope(work), { name: 'HeapFault' });
  heap.u8[pointer + 8] = byte;
  assert.deepEqual(
    heap.leaks().map((leak) => leak.pointer),
    [pointer],
  );
});

test('a scope ends though its result can not be asked for a then', () => {
  const heap = createChecked();
  const problem = new Error('mine');
  const result = {
    get then() {
      throw problem;
    },
  };
  const work = (scope) => scope.string('a') && result;
  assert.throws(() => heap.scope(work), problem);
  clean(heap);
});

test('full memory throws, with and without the option', () => {
  for (const throws of [false, true]) {
    const heap = createHeap({ maximum: 2, throws });
    const full = (name) => new RegExp(`^${name}: out of memory: \\d+ bytes asked`);
    const calls = {
      alloc: () => heap.alloc(Float64Array, PAGE),
      copyIn: () => heap.copyIn(new Uint16Array(PAGE * 2)),
      string: () => heap.string('a'.repeat(PAGE * 3)),
    };
    for (const [name, call] of Object.entries(calls))
      assert.throws(call, { name: 'RangeError', message: full(name) });
    assert.equal(heap.alloc(Uint8Array, PAGE).length, PAGE);
  }
});

test('wrong arguments', () => {
  const heap = createHeap();
  const says = (name, message) => ({ name, message });
  const type = 'alloc: type must be that of a typed array, not';
  assert.throws(() => heap.alloc(Array, 3), says('TypeError', `${type} [object Function]`));
  assert.throws(() => heap.alloc(undefined, 3), says('TypeError', `${type} undefined`));
  const length =
    'alloc: sizes and pointers must be integers from 0 to 4294967295 (p >>> 0 makes one unsigned), not';
  for (const value of [-1, 1.5, NaN])
    assert.throws(() => heap.alloc(Uint8Array, value), says('RangeError', `${length} ${value}`));
  assert.throws(() => heap.alloc(Uint8Array, '3'), says('TypeError', `${length} "3"`));
  assert.throws(
    () => heap.alloc(Float64Array, 2 ** 30),
    says(
      'RangeError',
      `alloc: out of memory: ${2 ** 33} bytes asked; memory has ${PAGE} and can't grow enough`,
    ),
  );
  const data = 'copyIn: data must be a typed array, a DataView or an ArrayBuffer, not';
  assert.throws(() => heap.copyIn('text'), says('TypeError', `${data} "text"`));
  assert.throws(() => heap.copyIn([1]), says('TypeError', `${data} [object Array]`));
  assert.throws(() => heap.string(3), says('TypeError', 'string: text must be a string, not 3'));
});

const node24 = NODE24.find();

testWith(!node24 && NODE24.get, 'views of resizable memory never detach', () => {
  const flag = '--experimental-wasm-rab-integration';
  const program = `
    import { createHeap } from 'tlsf-wasm';
    const heap = createHeap({ maximum: 100 });
    heap.memory.toResizableBuffer();
    const { u8 } = heap;
    const p = heap.malloc(1000000);
    u8[p] = 9;
    console.log(u8 === heap.u8, heap.u8[p], heap.text(heap.string('text').pointer));
  `;
  const args = [flag, '--input-type=module', '-e', program];
  assert.equal(run(node24, args, root), 'true 9 text\n');
});
