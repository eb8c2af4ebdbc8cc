// SPDX-License-Identifier: MIT OR Apache-2.0
// Random requests from a seed.
import { randomLoad } from '../../../cli/heap/loads.js';
import { button, labelled, MOST_REQUESTS, number, paragraph, row, valueOf } from './controls.js';

const MANY = { seed: 1, count: 300_000, live: 100_000, most: 200 };

export function random(app) {
  const { seed = 1, count = 2000, live = 150, most = 2000 } = app.source.random ?? {};
  const inputs = {
    seed: number(seed, 0, 2 ** 32 - 1, 'Seed'),
    count: number(count, 1, MOST_REQUESTS, 'Requests'),
    live: number(live, 1, 200_000, 'Blocks in use'),
    most: number(most, 1, 2 ** 24, 'Largest size'),
  };
  const values = () =>
    Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, valueOf(input)]));
  const play = (options) => app.load(randomLoad(options), { tab: 'random', random: options });
  return [
    row(...Object.values(inputs).map((input) => labelled(input.getAttribute('aria-label'), input))),
    row(
      button('Make requests', () => play(values()), { className: 'main' }),
      button('100,000 blocks', () => play(MANY)),
    ),
    paragraph(
      'Each power of two of sizes is equally likely. The same seed makes the same requests.',
    ),
  ];
}
