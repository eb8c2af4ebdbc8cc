// SPDX-License-Identifier: MIT OR Apache-2.0
// Address space wrapped into rows, as text is into lines.

/** What is in view: from an address on, so many rows of so many bytes. @typedef {{ from: number, perRow: number, rows: number }} View */
/** A part of a row: `x` and `width` are parts of 1. @typedef {{ row: number, x: number, width: number }} Piece */

/**
 * The parts of the rows that the bytes from `at` to `end` take, of those in view.
 *
 * @param {View} view
 * @param {number} at
 * @param {number} end
 */
export function piecesOf({ from, perRow, rows }, at, end) {
  const first = Math.max(at, from) - from;
  const last = Math.min(end - from, rows * perRow);
  /** @type {Piece[]} */
  const pieces = [];
  for (let start = first; start < last;) {
    const row = Math.floor(start / perRow);
    const stop = Math.min(last, (row + 1) * perRow);
    pieces.push({ row, x: start / perRow - row, width: (stop - start) / perRow });
    start = stop;
  }
  return pieces;
}

/** The view of a whole memory in at most so many rows, whose bytes are a power of two. @type {(bytes: number, most: number) => View} */
export function wholeView(bytes, most) {
  let perRow = 64;
  while (perRow * most < bytes) perRow *= 2;
  return { from: 0, perRow, rows: Math.ceil(bytes / perRow) };
}
