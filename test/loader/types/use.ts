// SPDX-License-Identifier: MIT OR Apache-2.0
// Compiled by test/loader/loader.test.js, never run.
import { createHeap } from 'tlsf-wasm';
import { createHeap as createAny, heapOf, loadHeap } from 'tlsf-wasm/any';
import { observe, record } from 'tlsf-wasm/record';
import type { AnyHeap, CreateOptions, Heap } from 'tlsf-wasm';
import type { HeapFault } from 'tlsf-wasm/checked';
import { createHeap as createFast } from 'tlsf-wasm/fast';
import { createHeap as createRange, type RangeHeap } from 'tlsf-wasm/given';
import { instantiate } from 'tlsf-wasm/raw';
import tlsf from 'tlsf-wasm/tlsf.wasm';

declare const bytes: Uint8Array;
declare const module: WebAssembly.Module;
declare const instance: WebAssembly.Instance;

const heap: Heap = createHeap();
const options: CreateOptions = { wasm: module, initial: 1, maximum: 2, throws: true };
createHeap(options);
createHeap({ wasm: bytes });
createHeap({ wasm: bytes.buffer as ArrayBuffer, throws: false });
createHeap({ initial: undefined });

const p: number = heap.malloc(8);
const q: number = heap.realloc(heap.calloc(2, 4), heap.usableSize(p));
heap.free(heap.alignedAlloc(64, q) || heap.aligned_alloc(64, q));
heap.u8[p] = 1;
heap.f64[p / 8] = 1.5;
heap.i64[p / 8] = 1n;
heap.dataView.setUint16(p, 1, true);
const memory: WebAssembly.Memory = heap.memory;
new WebAssembly.Instance(module, { env: { ...heap.exports, memory: heap.memory } });
new WebAssembly.Instance(module, { env: heap.exports });
new Blob([heap.u8.subarray(0, 4), heap.f32]);
crypto.getRandomValues(heap.i32);

const loaded: Promise<AnyHeap> = loadHeap('https://example.org/tlsf.wasm', { maximum: 3 });
loadHeap(new URL('tlsf.wasm', 'https://example.org'));
loadHeap(fetch('tlsf.wasm'));
loadHeap(new Response());
loadHeap(new Blob());
loadHeap(bytes);
loadHeap(WebAssembly.compile(bytes.slice()));
loadHeap(module);
heapOf(instance.exports, { throws: true });

const samples = heap.alloc(Float32Array, 4);
const first: number = samples.view.subarray(1)[0]!;
declare const any: Uint8Array;
declare const shared: SharedArrayBuffer;
const copied: number = heap.copyIn(any).view[0]! + heap.copyIn(shared).view[0]!;
heap.copyIn(new Uint8Array(shared)).free();
const big: bigint = heap.copyIn(BigInt64Array.of(1n)).view[0]!;
const text: string = heap.text(heap.string('a').pointer);
const two: number = heap.scope((scope) => scope.alloc(Uint8Array, 2).length);
const later: Promise<number> = heap.scope(async (scope) => scope.alloc(Uint8Array, 2).length);
heap.scope()[Symbol.dispose]();
const range: RangeHeap = createRange({ memory, base: 0, size: 65536, throws: true });
const extended: boolean = range.extend(range.stats().freeBytes);
range.reset();
range.destroy();
const live: number = createAny({ memory, mayWait: false }).stats().usedBlocks;
const kind = (fault: HeapFault): number | undefined => fault.kind ?? fault.pointer;
const raw: number = instantiate().malloc(8);
createHeap({ wasm: tlsf });
loadHeap(tlsf);

const recorded = record(heap, { write: (part: Uint8Array) => void part.length });
recorded.heap.malloc(recorded.end().length);
observe(heap, window, { every: 50 }).stop();
observe(heap, new Worker('page.js')).heap.free(p);
// @ts-expect-error: a heap, not a number
record(1);

// @ts-expect-error: options, not bytes
createHeap(bytes);
// @ts-expect-error: a URL needs loadHeap
createHeap({ wasm: 'tlsf.wasm' });
// @ts-expect-error: a URL needs loadHeap
createHeap({ wasm: new URL('https://example.org') });
// @ts-expect-error: a promise needs loadHeap
createHeap({ wasm: fetch('tlsf.wasm') });
// @ts-expect-error: pages are a number
createHeap({ initial: '1' });
// @ts-expect-error: no such option
createHeap({ pages: 1 });
// @ts-expect-error: true or false
createHeap({ throws: 1 });
// @ts-expect-error: a promise
loadHeap(bytes).malloc(1);
// @ts-expect-error: a source is a must
loadHeap();
// @ts-expect-error: the module is the source
loadHeap(bytes, { wasm: bytes });
// @ts-expect-error: the instance is there already
heapOf(instance.exports, { initial: 2 });
// @ts-expect-error: a size is a number
heap.malloc('8');
// @ts-expect-error: a size is a must
heap.malloc();
// @ts-expect-error: a size is no bigint
heap.malloc(8n);
// @ts-expect-error: nothing comes back
const nothing: number = heap.free(p);
// @ts-expect-error: views are read-only
heap.u8 = new Uint8Array(1);
// @ts-expect-error: the type of a typed array, not one
heap.alloc(new Float32Array(4), 4);
// @ts-expect-error: text goes in by string
heap.copyIn('text');
// @ts-expect-error: stats of a range count less
range.stats().pools;
// @ts-expect-error: tlsf-wasm/threads has it
createHeap({ memory });
// @ts-expect-error: tlsf-wasm/any has it
heap.stats();
// @ts-expect-error: its name is usableSize
heap.malloc_usable_size(p);
// @ts-expect-error: 64-bit elements are bigints
heap.i64[0] = 1;

export {
  big,
  copied,
  kind,
  live,
  createFast,
  extended,
  first,
  later,
  loaded,
  memory,
  nothing,
  raw,
  text,
  two,
};
