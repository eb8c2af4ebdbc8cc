// SPDX-License-Identifier: MIT OR Apache-2.0
// Bytes as text that JavaScript may hold; tools/text.js says how it is written. It
// needs no atob, which an audio worklet does not have.

const STEP = 165;
const MASK = 69;

/**
 * The bytes that a text stands for: each is a character and the tildes behind it.
 * An array of bytes takes its numbers modulo 256.
 *
 * @param {string} text
 */
export const decode = (text) =>
  Uint8Array.from(
    /** @type {string[]} */ (text.match(/.~*/g)),
    (c) => (c.charCodeAt(0) + (c.length - 1) * STEP) ^ MASK,
  );
