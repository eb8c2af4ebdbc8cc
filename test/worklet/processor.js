// SPDX-License-Identifier: MIT OR Apache-2.0
// The example's processor plays chords by itself, until memory is full and beyond, and
// says what each quantum asked of the heap, and what that took.
import { declared, registerProcessor } from './declared.js';
import '../../examples/worklet/processor.js';

/** Quanta between two chords, and with chords. */
const [BEAT, BEATS] = [20, 100];

/** Bytes that are taken from the start, so that few notes fill memory. */
const BALLAST = 160 << 10;

const NONE = { mallocs: 0, frees: 0, instructions: 0, bound: 0 };

class Played extends declared.plucks {
  /** @param {any} options with the bounds of malloc and free in instructions */
  constructor({ processorOptions: { malloc, free } }) {
    super();
    this.bounds = { malloc, free };
    this.empty = this.heap.malloc(1000);
    this.heap.free(this.empty);
    this.ballast = this.heap.malloc(BALLAST);
    this.counter = this.heap.exports.instructions ?? { value: 0 };
    this.counter.value = 0;
    this.quanta = 0;
    this.begun = 0; // notes since the last quantum
    this.report = { notes: 0, unheard: 0, worst: NONE, most: NONE, over: [], ms: 0, slowest: 0 };
    const play = this.port.onmessage;
    this.play = (event) => {
      play(event);
      this.begun++;
      this.report.unheard += !this.notes.at(-1).pointer;
    };
    this.port.onmessage = (event) => {
      this.play(event);
      this.port.postMessage('played');
    };
  }

  /** One to eight notes. */
  chord() {
    const beat = this.quanta / BEAT;
    for (let i = 0; i <= (beat * 5) % 8; i++)
      this.play({ data: 20 + ((beat * 37 + i * 101) % 340) });
  }

  process(inputs, outputs) {
    const start = Date.now();
    if (this.quanta % BEAT === 0 && this.quanta < BEAT * BEATS) this.chord();
    const before = this.notes.length;
    super.process(inputs, outputs);
    this.note(this.begun, before - this.notes.length);
    const ms = Date.now() - start;
    this.report.ms += ms;
    this.report.slowest = Math.max(this.report.slowest, ms);
    this.quanta++;
    if (!this.notes.length && this.quanta >= BEAT * BEATS) this.end();
    return true;
  }

  /** Adds a quantum to the report. */
  note(mallocs, frees) {
    const { report, bounds, counter } = this;
    const bound = mallocs * bounds.malloc + frees * bounds.free;
    const quantum = { mallocs, frees, instructions: counter.value, bound };
    report.notes += mallocs;
    if (quantum.instructions > report.worst.instructions) report.worst = quantum;
    if (bound > report.most.bound) report.most = quantum;
    if (quantum.instructions > bound) report.over.push(quantum);
    counter.value = 0;
    this.begun = 0;
  }

  end() {
    const { heap, report, quanta } = this;
    heap.free(this.ballast);
    const pages = heap.memory.buffer.byteLength / 65536;
    const isEmpty = heap.malloc(1000) === this.empty;
    this.port.postMessage({ ...report, quanta, pages, isEmpty });
    this.quanta = Number.NaN; // it ends once
  }
}

registerProcessor('played', Played);
