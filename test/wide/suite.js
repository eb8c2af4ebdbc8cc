// SPDX-License-Identifier: MIT OR Apache-2.0
// In an engine: plays vast.js over each module of plan.json.
import { collect, perform, read } from '../../bench/host.js';
import { playSurrounded, playVast } from './vast.js';

perform(({ modules }) =>
  modules.flatMap((file) => {
    const module = new WebAssembly.Module(read(file));
    return [playVast, playSurrounded].map((play) => {
      const steps = play(new WebAssembly.Instance(module).exports);
      collect(); // each has gigabytes of addresses
      return `${file} ${play.name}: ${steps.join(' ')}`;
    });
  }),
);
