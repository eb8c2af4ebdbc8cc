// SPDX-License-Identifier: MIT OR Apache-2.0
// Blocks as pixels: rows of wrapped address space, painted into an array, since
// a canvas that is told of each block one by one takes too long for 100,000. It
// knows no canvas.
import { classOf } from '../../cli/heap/classes.js';

/**
 * What a pixel shows. Those of used blocks follow: USED + class, and HEADS + class where the header
 * of such a block is.
 */
export const [OUTSIDE, NOTHING, FREE_PLAIN, USED, HEADS] = [0, 1, 2, 8, 24];

const HEAD_PIXELS = 3; // a header is drawn from this width of a block on

/** Paints from x to end, at least one pixel. */
function paint(line, x, end, what) {
  line.fill(what, x, Math.max(end, x + 1));
}

/** Paints a used block, whose header shows from some width on. */
function paintUsed(line, x, end, size, head) {
  const class_ = classOf(size);
  paint(line, x, end, USED + class_);
  if (end - x >= HEAD_PIXELS && head > x) line.fill(HEADS + class_, x, Math.min(head, end));
}

/** What the pixels of one row show: `line` is as long as the row is wide. */
function paintRow(line, { at, size, used, count, cost }, first, from, perRow) {
  const { length } = line;
  const scale = length / perRow;
  const behind = from + perRow;
  let i = first;
  for (; i < count && at[i] < behind; i++) {
    const start = (at[i] - from) * scale;
    const x = start < 0 ? 0 : Math.round(start);
    const end = Math.min(Math.round(start + size[i] * scale), length);
    if (used[i]) paintUsed(line, x, end, size[i], Math.round(start + cost * scale));
    else if (end > x) line.fill(FREE_PLAIN, x, end);
  }
  return Math.max(first, i - 1);
}

/** The pixels of a row that lie in memory, and those that do not. */
function paintGround(line, from, perRow, bytes) {
  const end = Math.round(((bytes - from) / perRow) * line.length);
  line.fill(OUTSIDE);
  if (end > 0) line.fill(NOTHING, 0, Math.min(end, line.length));
}

/**
 * Calls `use(row, line)` for each row in view; the line says what each pixel shows, and is used
 * again for the next one.
 *
 * @param {{ blocks: import('../../cli/heap/blocks.js').Blocks, bytes: number }} picture
 * @param {import('../../cli/heap/rows.js').View} view
 * @param {number} width pixels
 * @param {(row: number, line: Uint8Array) => void} use
 */
export function paintRows({ blocks, bytes }, { from, perRow, rows }, width, use) {
  const line = new Uint8Array(width);
  let first = Math.max(0, blocks.below(from));
  for (let row = 0; row < rows; row++) {
    const start = from + row * perRow;
    paintGround(line, start, perRow, bytes);
    if (blocks.count) first = paintRow(line, blocks, first, start, perRow);
    use(row, line);
  }
}
