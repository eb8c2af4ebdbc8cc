// SPDX-License-Identifier: MIT OR Apache-2.0
// What a value is, and how an error message names it. Values may come from
// another realm, so kinds are told by their tags and not by instanceof.

/** @import { Bytes } from './index.js' */

/** @param {unknown} value */
export const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** @type {(value: unknown) => value is WebAssembly.Module} */
export const isModule = (value) => tag(value) === 'WebAssembly.Module';

/** @type {(value: unknown) => value is Bytes} */
export const isBytes = (value) => ArrayBuffer.isView(value) || tag(value) === 'ArrayBuffer';

/** @type {(value: unknown) => value is number} */
export const isWord = (value) => typeof value === 'number' && value >>> 0 === value;

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
 * Throws a RangeError if a number is out of range, a TypeError if it is none.
 *
 * @param {unknown} value
 * @param {string} message
 * @returns {never}
 */
export function refuse(value, message) {
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  throw new Kind(`${message}, not ${show(value)}`);
}
