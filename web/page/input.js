// SPDX-License-Identifier: MIT OR Apache-2.0
// Where requests come from: a tab and its panel for each source.
import { hand } from './inputs/hand.js';
import { observed } from './inputs/observed.js';
import { random } from './inputs/random.js';
import { recordings } from './inputs/recordings.js';
import { script } from './inputs/script.js';
import { tour } from './inputs/tour.js';

/** The tabs, in their order. */
export const TABS = {
  tour: { label: 'Guided example', panel: tour },
  hand: { label: 'By hand', panel: hand },
  random: { label: 'Random', panel: random },
  recordings: { label: 'Recordings', panel: recordings },
  script: { label: 'Script', panel: script },
  live: { label: 'Your page', panel: observed },
};
