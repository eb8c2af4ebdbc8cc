// SPDX-License-Identifier: MIT OR Apache-2.0
import type { Heap } from './index.js';

export interface RecordOptions {
  /** Gets the bytes of the recording as they come, in their order. Default: `end()` has them. */
  write?: ((bytes: Uint8Array) => void) | undefined;
  /** The time in milliseconds. Default: performance.now. */
  clock?: (() => number) | undefined;
}

export interface Recorded<H extends Heap = Heap> {
  /** The same heap. What is asked of this object is recorded. */
  readonly heap: H;
  /**
   * Hands over what is recorded and not yet written.
   *
   * @example
   * import { createHeap } from 'tlsf-wasm';
   * import { record } from 'tlsf-wasm/record';
   * const parts = [];
   * const recorded = record(createHeap(), { write: (bytes) => parts.push(bytes) });
   * recorded.heap.malloc(100);
   * recorded.flush();
   * console.log(parts.length); // 1
   */
  flush(): void;
  /**
   * Does so, and returns the whole recording, or nothing if `write` got it.
   *
   * @example
   * import { createHeap } from 'tlsf-wasm';
   * import { record } from 'tlsf-wasm/record';
   * const bytes = record(createHeap()).end(); // nothing was asked
   * console.log(bytes.length); // 6
   */
  end(): Uint8Array;
}

/** A window, a port or a worker. */
export interface Seen {
  postMessage: (message: unknown, options?: any) => void;
}

export interface Observed<H extends Heap = Heap> {
  /** The same heap. What is asked of this object is shown. */
  readonly heap: H;
  /**
   * Sends what is left, and no more.
   *
   * @example
   * import { createHeap } from 'tlsf-wasm';
   * import { observe } from 'tlsf-wasm/record';
   * const seen = { postMessage: (message) => console.log(message.type) };
   * const observed = observe(createHeap(), seen);
   * observed.heap.malloc(100);
   * observed.stop(); // tlsf-recording
   */
  stop(): void;
}

/**
 * Records all that is asked of `recorded.heap` from now on: sizes, order and time, in the format
 * that docs/see.md describes. A failed request is left out; a block that was got before is nobody's.
 *
 * @example
 * import { createHeap } from 'tlsf-wasm';
 * import { record } from 'tlsf-wasm/record';
 * const { heap, end } = record(createHeap());
 * heap.free(heap.malloc(100));
 * const bytes = end(); // to write to a file
 */
export function record<H extends Heap>(heap: H, options?: RecordOptions): Recorded<H>;

/**
 * Shows what is asked of `observed.heap` on the page docs/heap/index.html, live.
 *
 * @example
 * import { createHeap } from 'tlsf-wasm';
 * import { observe } from 'tlsf-wasm/record';
 * const page = { postMessage() {} }; // window.open('heap/index.html')
 * const { heap, stop } = observe(createHeap(), page);
 * heap.malloc(100);
 * stop();
 */
export function observe<H extends Heap>(
  heap: H,
  seen: Seen,
  options?: { every?: number },
): Observed<H>;
