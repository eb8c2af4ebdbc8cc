// SPDX-License-Identifier: MIT OR Apache-2.0
// The options of a heap: each is known, and has the right type.
import { refuse, show, tag } from './values.js';

/** @import { CreateOptions, HeapOptions } from './index.js' */

const PAGES_MAX = 65536;

/**
 * @param {string} call
 * @param {string} name
 * @param {number | undefined} value
 */
function checkPages(call, name, value) {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= PAGES_MAX)) return;
  refuse(value, `${call}: ${name} must be an integer from 1 to ${PAGES_MAX}, in pages of 64 KiB`);
}

/**
 * The options, once each is known and `throws` has the right type.
 *
 * @template {HeapOptions} T
 * @param {string} call
 * @param {T} options
 * @param {string[]} names
 */
export function known(call, options, names) {
  if (tag(options) !== 'Object')
    throw new TypeError(
      `${call}: options must be an object of ${names.join(', ')}, not ${show(options)}`,
    );
  const stranger = Object.keys(options).find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw new TypeError(`${call}: there is no option ${stranger}; there are: ${names.join(', ')}`);
  const { throws = false } = options;
  if (typeof throws !== 'boolean')
    throw new TypeError(`${call}: throws must be true or false, not ${show(throws)}`);
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
  const { initial, maximum, memory, mayWait } = known(call, options, names);
  checkPages(call, 'initial', initial);
  checkPages(call, 'maximum', maximum);
  if (initial !== undefined && maximum !== undefined && initial > maximum)
    throw new RangeError(`${call}: initial must be at most maximum, ${maximum}, not ${initial}`);
  if (mayWait !== undefined && (typeof mayWait !== 'boolean' || !memory))
    throw new TypeError(
      `${call}: mayWait must be true or false, beside a memory, not ${show(mayWait)}`,
    );
  if (memory && (initial !== undefined || maximum !== undefined))
    throw new TypeError(`${call}: a memory that is given has its initial and maximum already`);
  return options;
}
