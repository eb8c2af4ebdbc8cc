// SPDX-License-Identifier: MIT OR Apache-2.0
// A thread of a browser that renders audio, and does all its work in one callback.
import { work } from './work.js';

const { AudioWorkletProcessor, registerProcessor } = globalThis;

const said = (job) => {
  try {
    return work(job);
  } catch (error) {
    return { error: String(error) };
  }
};

registerProcessor(
  'work',
  class extends AudioWorkletProcessor {
    constructor({ processorOptions }) {
      super();
      this.job = processorOptions;
    }

    process() {
      if (this.job) this.port.postMessage(said(this.job));
      this.job = undefined;
      return false;
    }
  },
);
