// SPDX-License-Identifier: MIT OR Apache-2.0
// A recording played on a machine, forwards and backwards. To go back it takes a
// state that was kept and does what follows once more: an allocator always does
// the same.
import { Machine } from './machine.js';

/** Bytes of states that may be kept. */
const ROOM = 96 << 20;
const FIRST_EVERY = 1024;

/** @import { State } from './machine.js' */
/** @typedef {{ pointer: Float64Array, pages: Float64Array, cost: Float64Array }} Results */

/** @type {(length: number) => Results} */
const resultsFor = (length) => ({
  pointer: new Float64Array(length),
  pages: new Float64Array(length),
  cost: new Float64Array(length),
});

export class Timeline {
  /**
   * @param {import('./machine.js').Allocator} allocator
   * @param {Uint32Array} ops pairs of [slot * 4 + kind, size]
   */
  constructor(allocator, ops = new Uint32Array()) {
    this.machine = new Machine(allocator);
    this.ops = ops;
    this.results = resultsFor(Math.max(ops.length / 2, 64));
    /** How many operations have results. */
    this.known = 0;
    this.every = FIRST_EVERY;
    /** Are states kept, so that it can go back quickly? */
    this.keeps = true;
    /** @type {State[]} */
    this.states = [this.machine.save()];
  }

  get length() {
    return this.ops.length / 2;
  }

  /** How many operations are done. */
  get at() {
    return this.machine.done;
  }

  /** The operations from now on; those that are done are the same as before. @type {(ops: Uint32Array) => void} */
  extend(ops) {
    this.ops = ops;
    if (this.length <= this.results.pointer.length) return;
    const longer = resultsFor(2 * this.length);
    for (const name of /** @type {(keyof Results)[]} */ (Object.keys(longer)))
      longer[name].set(this.results[name]);
    this.results = longer;
  }

  /** Goes to the state in which so many operations are done. @type {(at: number) => void} */
  go(at) {
    const to = Math.max(0, Math.min(at, this.length));
    if (to < this.at) this.machine.restore(this.#stateBefore(to));
    while (this.at < to) this.#forward();
  }

  #forward() {
    const { machine, ops, results, at } = this;
    const p = machine.step(ops[2 * at], ops[2 * at + 1]);
    results.pointer[at] = p;
    results.pages[at] = machine.pages;
    results.cost[at] = machine.instructions;
    this.known = Math.max(this.known, machine.done);
    if (this.keeps && machine.done % this.every === 0) this.#keep();
  }

  /** @type {(at: number) => State} */
  #stateBefore(at) {
    return this.states.filter(({ done }) => done <= at).at(-1) ?? this.states[0];
  }

  /** Keeps this state; if all take too many bytes, every other one. */
  #keep() {
    if (this.states.some(({ done }) => done === this.at)) return;
    this.states.push(this.machine.save());
    const bytes = this.states.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    if (bytes <= ROOM || this.states.length < 3) return;
    this.every *= 2;
    this.states = this.states.filter(({ done }) => done % this.every === 0);
  }
}
