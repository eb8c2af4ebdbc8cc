// SPDX-License-Identifier: MIT OR Apache-2.0
// One allocator with the requests: where it is now (`timeline`), and what it
// does with all of them, which a module that counts its instructions finds out
// ahead, a little at a time (`scout`).
import { Blocks } from '../../cli/heap/blocks.js';
import { Timeline } from '../../cli/heap/timeline.js';
import { numbersOf, pictureOf, rowOf } from './picture.js';

const MOST_SAMPLES = 600;
const SLICE = 8; // milliseconds

export class Run {
  constructor(allocator, ops) {
    this.allocator = allocator;
    this.timeline = new Timeline(allocator, ops);
    this.blocks = new Blocks();
    this.#begin();
  }

  #begin() {
    const { allocator } = this;
    const module = allocator.counted ?? allocator.module;
    this.scout = new Timeline({ ...allocator, module }, this.timeline.ops);
    this.scout.keeps = false;
    this.scoutBlocks = new Blocks();
    this.samples = [];
    this.every = 1;
  }

  extend(ops) {
    this.timeline.extend(ops);
    this.scout.extend(ops);
  }

  /** The picture now. The one before it is then gone. */
  picture() {
    return pictureOf(this.timeline.machine, this.blocks);
  }

  /** The request that was made last, and the pictures before and after it. */
  lastRequest() {
    const { timeline } = this;
    const now = timeline.at;
    timeline.go(now - 1);
    const before = pictureOf(timeline.machine);
    const [what, size] = timeline.ops.subarray(2 * now - 2, 2 * now);
    const pointer = timeline.machine.slots.pointer[what >>> 2] ?? 0;
    timeline.go(now);
    const op = { kind: what & 3, size, pointer, result: timeline.results.pointer[now - 1] };
    return { before, after: this.picture(), op };
  }

  /** Looks ahead for a moment; is all seen then? */
  look() {
    const { scout } = this;
    const stop = performance.now() + SLICE;
    while (scout.at < scout.length && performance.now() < stop) {
      scout.go(scout.at + 1);
      if (scout.at % this.every === 0) this.#sample();
    }
    return scout.at === scout.length;
  }

  #sample() {
    const { machine } = this.scout;
    const picture = rowOf(machine, this.scoutBlocks);
    this.samples.push({ at: this.scout.at, ...numbersOf(picture) });
    if (this.samples.length < MOST_SAMPLES) return;
    this.every *= 2;
    this.samples = this.samples.filter(({ at }) => at % this.every === 0);
  }

  /** Does the counting module do just what the product's own does? */
  agrees() {
    const { pointer } = this.timeline.results;
    const both = Math.min(this.timeline.known, this.scout.known);
    for (let i = 0; i < both; i++) if (pointer[i] !== this.scout.results.pointer[i]) return false;
    return true;
  }
}
