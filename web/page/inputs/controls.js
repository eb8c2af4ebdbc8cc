// SPDX-License-Identifier: MIT OR Apache-2.0
// What the panels of inputs are made of.
import { make } from '../dom.js';

export const MOST_REQUESTS = 500_000;

export const paragraph = (text) => make('p', { className: 'quiet' }, text);

/** A number from `least` to `most`. */
export const number = (value, least, most, label) =>
  make('input', { type: 'number', value, min: least, max: most, 'aria-label': label });

export const button = (text, onclick, more = {}) => make('button', { onclick, ...more }, text);
export const row = (...children) => make('div', { className: 'row' }, ...children);
export const labelled = (text, input) => make('label', {}, `${text} `, input);

/** The number of such an input, within its limits. */
export function valueOf(input) {
  const [value, least, most] = [input.value, input.min, input.max].map(Number);
  return Math.max(least, Math.min(Math.floor(value), most));
}
