// SPDX-License-Identifier: MIT OR Apache-2.0
// Records what a program asks of a heap, as the page docs/heap/index.html and
// `tlsf-wasm map` read it. The heap itself does not change: the program uses
// another object that stands before it.
import { blocksOf } from './blocks.js';
import { CALLOC, MALLOC, packOne, packPause, slotted } from './recording.js';
import { checkTo, WORD_MAX } from './values.js';
import { isWide } from './wide.js';

/** @import { AnyHeap as Heap } from './index.js' */
/** @import { Observed, Recorded, RecordOptions, Seen } from './record.js' */

const CHUNK = 4096;
const MESSAGE = 'tlsf-recording';

/** @param {Uint8Array[]} parts */
function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * What gets a block, and tells of it.
 *
 * @param {Heap} heap
 * @param {ReturnType<typeof slotted>} slots
 * @returns {Partial<Heap>}
 */
function getting(heap, slots) {
  const got = (/** @type {number} */ kind, /** @type {number} */ p, /** @type {number} */ size) => {
    if (p) slots.get(kind, p, size);
    return p;
  };
  const alignedAlloc = (/** @type {number} */ align, /** @type {number} */ n) =>
    got(MALLOC, heap.alignedAlloc(align, n), n);
  return {
    malloc: (n) => got(MALLOC, heap.malloc(n), n),
    calloc: (count, n) => got(CALLOC, heap.calloc(count, n), count * n),
    alignedAlloc,
    aligned_alloc: alignedAlloc,
    tryMalloc: (n) => got(MALLOC, heap.tryMalloc(n), n),
  };
}

/**
 * What gives one back or gives it another size, and tells of it.
 *
 * @param {Heap} heap
 * @param {ReturnType<typeof slotted>} slots
 * @param {() => void} forget
 * @returns {Partial<Heap>}
 */
const giving = (heap, slots, forget) => ({
  free(p) {
    heap.free(p);
    slots.give(p);
  },
  tryFree(p) {
    const freed = heap.tryFree(p);
    if (freed) slots.give(p);
    return freed;
  },
  realloc(p, n) {
    const q = heap.realloc(p, n);
    if (q) slots.resize(p, q, n);
    return q;
  },
  reset() {
    heap.reset();
    slots.giveAll();
    forget();
  },
});

/**
 * The bytes of what slots emit, with the time that goes by between two operations.
 *
 * @param {() => number} clock milliseconds
 */
function packed(clock) {
  /** @type {number[]} */
  let bytes = packPause(0);
  let last = clock();
  return {
    size: () => bytes.length,
    add(/** @type {number} */ what, /** @type {number} */ size) {
      const elapsed = Math.round((clock() - last) * 1000);
      if (elapsed > 0) {
        packPause(elapsed, bytes);
        last += elapsed / 1000;
      }
      packOne(what, size, bytes);
    },
    take() {
      const taken = Uint8Array.from(bytes);
      bytes = [];
      return taken;
    },
  };
}

/**
 * Records all that is asked of `recorded.heap` from now on. With `write` the bytes are handed over
 * as they come; without it `end()` returns them all.
 *
 * @param {Heap} heap
 * @param {RecordOptions} [options]
 * @returns {Recorded}
 */
export function record(heap, { write, clock = () => performance.now() } = {}) {
  /** @type {Uint8Array[]} */
  const parts = [];
  const give = write ?? ((/** @type {Uint8Array} */ bytes) => void parts.push(bytes));
  const stream = packed(clock);
  const flush = () => {
    if (stream.size()) give(stream.take());
  };
  const slots = slotted((what, size) => {
    stream.add(what, size);
    if (stream.size() >= CHUNK) flush();
  });
  const told = Object.create(heap);
  let resets = 0;
  const functions = { ...getting(heap, slots), ...giving(heap, slots, () => resets++) };
  for (const [name, f] of Object.entries(functions)) if (name in heap) told[name] = f;
  const check = checkTo(isWide(heap.exports) ? Number.MAX_SAFE_INTEGER : WORD_MAX);
  return {
    heap: Object.assign(
      told,
      blocksOf(told, check, () => resets),
    ),
    flush,
    end() {
      flush();
      return concat(...parts);
    },
  };
}

/**
 * Shows a heap live: what is asked of `observed.heap` goes to a window that has the page
 * docs/heap/index.html, or to anything else with postMessage. A page that was opened later than the
 * first request gets all of them.
 *
 * @param {Heap} heap
 * @param {Seen} seen
 * @param {{ every?: number }} [options] milliseconds between two messages
 * @returns {Observed}
 */
export function observe(heap, seen, { every = 100 } = {}) {
  /** @type {Uint8Array[]} */
  const parts = [];
  const send = (/** @type {Uint8Array} */ bytes, /** @type {boolean} */ first) =>
    seen.postMessage({ type: MESSAGE, bytes, first }, { targetOrigin: '*' });
  const recorded = record(heap, {
    write(bytes) {
      send(bytes, !parts.length);
      parts.push(bytes);
    },
  });
  const answer = (/** @type {any} */ event) => {
    if (event.source === seen && event.data?.type === 'tlsf-ready') send(concat(...parts), true);
  };
  const page = /** @type {any} */ (globalThis);
  page.addEventListener?.('message', answer);
  const timer = page.setInterval(recorded.flush, every);
  return {
    heap: recorded.heap,
    stop() {
      page.clearInterval(timer);
      page.removeEventListener?.('message', answer);
      recorded.flush();
    },
  };
}
