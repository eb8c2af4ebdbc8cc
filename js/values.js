// SPDX-License-Identifier: MIT OR Apache-2.0
// What a value is, and the errors that name one. Values may come from another
// realm, so kinds are told by their tags and not by instanceof.

/** @import { Bytes, Memory } from './index.js' */

export const PAGE = 65536;
/** So many of them are 4 GiB. */
export const PAGES_MAX = 65536;
export const WORD_MAX = 2 ** 32 - 1;

/** @param {unknown} value */
export const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** @type {(value: unknown) => value is WebAssembly.Module} */
export const isModule = (value) => tag(value) === 'WebAssembly.Module';

/** @type {(value: unknown) => value is Bytes} */
export const isBytes = (value) => ArrayBuffer.isView(value) || tag(value) === 'ArrayBuffer';

/**
 * A value as an error message names it.
 *
 * @param {unknown} value
 */
export function show(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  return Object(value) === value ? `[object ${tag(value)}]` : String(value);
}

/**
 * Says what a value must be, and what it is.
 *
 * @param {string} what
 * @param {string} be
 * @param {unknown} value
 * @param {ErrorConstructor} [Kind]
 * @returns {never}
 */
export function refuse(what, be, value, Kind = TypeError) {
  throw new Kind(`${what} must be ${be}, not ${show(value)}`);
}

/**
 * The same where a number is asked for: one that is out of range is a RangeError.
 *
 * @type {(what: string, be: string, value: unknown) => never}
 */
export const refuseNumber = (what, be, value) =>
  refuse(what, be, value, typeof value === 'number' ? RangeError : TypeError);

/**
 * Refuses what is no integer from 0 to `most`. Such a check runs at each call of a heap.
 *
 * @param {number} most
 */
export const checkTo = (most) => (/** @type {string} */ call, /** @type {any} */ value) =>
  Number.isInteger(value) && value >= 0 && value <= most
    ? /** @type {number} */ (value)
    : refuseNumber(
        `${call}: sizes and pointers`,
        `integers from 0 to ${most} (p >>> 0 makes one unsigned)`,
        value,
      );

/**
 * Says that memory has not so many bytes left.
 *
 * @param {Memory} memory
 * @param {string} call
 * @param {number | string} bytes
 * @returns {never}
 */
export function exhausted({ buffer }, call, bytes) {
  throw new RangeError(
    `${call}: out of memory: ${bytes} bytes asked; memory has ${buffer.byteLength} and can't grow enough`,
  );
}
