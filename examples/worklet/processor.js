// SPDX-License-Identifier: MIT OR Apache-2.0
// Plucked strings in an audio worklet. A note takes a block of the heap when it
// begins and gives it back when it has faded, both between two samples: malloc and
// free take a bounded time, and the collector has nothing to do.
/* global AudioWorkletProcessor, registerProcessor */
import { createHeap } from 'tlsf-wasm/fast';

const FADED = 1e-4;

/** A string: a delay line of one period in the heap, whose samples are smoothed each time. */
class Pluck {
  constructor(heap, period) {
    this.heap = heap;
    this.period = period;
    this.at = 0;
    this.loudness = 1;
    this.pointer = heap.malloc(period * 4); // 0 if memory is full: the note is not heard
    for (let i = 0; i < period && this.pointer; i++)
      heap.f32[this.pointer / 4 + i] = (i * 7919) % 2 ? 0.5 : -0.5;
  }

  /** Adds its next samples to `out`; returns whether it still sounds. */
  play(out) {
    if (!this.pointer) return false;
    const { f32 } = this.heap; // nothing below allocates, so the view stays
    const start = this.pointer / 4;
    for (let i = 0; i < out.length; i++) {
      const next = (this.at + 1) % this.period;
      out[i] += f32[start + this.at];
      f32[start + this.at] = 0.498 * (f32[start + this.at] + f32[start + next]);
      this.at = next;
    }
    this.loudness *= 0.996 ** (out.length / this.period);
    return this.loudness > FADED;
  }

  end() {
    this.heap.free(this.pointer);
  }
}

class Plucks extends AudioWorkletProcessor {
  constructor() {
    super();
    this.heap = createHeap({ initial: 4, maximum: 4 }); // memory never grows while it plays
    this.notes = [];
    this.port.onmessage = ({ data: period }) => this.notes.push(new Pluck(this.heap, period));
  }

  process(_inputs, [[out]]) {
    for (let i = this.notes.length - 1; i >= 0; i--) {
      if (this.notes[i].play(out)) continue;
      this.notes[i].end();
      this.notes.splice(i, 1);
    }
    return true;
  }
}

registerProcessor('plucks', Plucks);
