// SPDX-License-Identifier: MIT OR Apache-2.0
// The options of a heap: each is known, and has the right type.
import { PAGES_MAX, refuse, refuseNumber, tag } from './values.js';

/** @import { CreateOptions, HeapOptions } from './index.js' */

/**
 * The options, once each is known and `throws` has the right type.
 *
 * @template {HeapOptions} T
 * @param {string} call
 * @param {T} options
 * @param {string[]} names
 */
export function known(call, options, names) {
  const wrong =
    tag(options) === 'Object'
      ? Object.keys(options).find((name) => !names.includes(name))
      : options;
  if (wrong !== undefined) refuse(`${call}: options`, `an object of ${names.join(', ')}`, wrong);
  const { throws = false } = options;
  if (typeof throws !== 'boolean') refuse(`${call}: throws`, 'true or false', throws);
  return options;
}

/**
 * The options of createHeap and loadHeap.
 *
 * @param {string} call
 * @param {CreateOptions} options
 * @param {string[]} names
 */
export function checked(call, options, names) {
  known(call, options, names);
  for (const name of /** @type {const} */ (['initial', 'maximum'])) {
    const { [name]: pages = 1 } = options;
    if (!Number.isInteger(pages) || pages < 1 || pages > PAGES_MAX)
      refuseNumber(
        `${call}: ${name}`,
        `an integer from 1 to ${PAGES_MAX}, in pages of 64 KiB`,
        pages,
      );
  }
  return options;
}
