// SPDX-License-Identifier: MIT OR Apache-2.0
// Draws memory on a canvas: blocks as pixels (raster.js), or, close up, each
// byte with what it says. Above that are lines of pages, outlines, addresses.
import { hex } from '../../cli/heap/classes.js';
import { PAGE } from '../../cli/heap/machine.js';
import { piecesOf } from '../../cli/heap/rows.js';
import { FREE_PLAIN, paintRows } from './raster.js';
import { pixelsNow, prepared } from './theme.js';

/** CSS pixels: the addresses' column, and a row with the gap below it. */
export const MARGIN = 84;
const [FAR, CLOSE, GAP] = [12, 24, 2];
export const BYTES_PER_ROW = 64; // from here on single bytes are shown
const HATCH = 7;
const LEAST_CELL = 9; // CSS pixels that a byte needs for its digits

/** How high a row is at a zoom. */
export const pitchOf = (perRow) => (perRow <= BYTES_PER_ROW ? CLOSE : FAR);

/** One row's line as pixels, into an image that is `width` wide. */
function putLine(image, line, top, height, { pixels, hatch }) {
  const width = line.length;
  for (let y = top; y < top + height; y++) {
    const at = y * width;
    for (let x = 0; x < width; x++)
      image[at + x] = line[x] === FREE_PLAIN && (x + y) % HATCH < 2 ? hatch : pixels[line[x]];
  }
}

function drawBlocks({ context, width, ratio }, picture, view, colours) {
  const wide = Math.round((width - MARGIN) * ratio);
  if (wide < 1) return;
  const pitch = pitchOf(view.perRow) * ratio;
  const image = new ImageData(wide, Math.round(view.rows * pitch));
  const pixels = new Uint32Array(image.data.buffer);
  const kinds = pixelsNow(colours);
  pixels.fill(kinds.pixels[0]);
  const height = Math.round((pitchOf(view.perRow) - GAP) * ratio);
  paintRows(picture, view, wide, (row, line) =>
    putLine(pixels, line, Math.round(row * pitch), height, kinds),
  );
  context.putImageData(image, Math.round(MARGIN * ratio), 0);
}

/** Where a part of a row is, in CSS pixels. */
function boxOf({ row, x, width }, view, all) {
  const pitch = pitchOf(view.perRow);
  const wide = all.width - MARGIN;
  return [MARGIN + x * wide, row * pitch, width * wide, pitch - GAP];
}

/** Outlines the bytes from `at` to `end`. */
function outline(all, view, at, end, colour, thick = 2) {
  all.context.strokeStyle = colour;
  all.context.lineWidth = thick;
  for (const piece of piecesOf(view, at, end)) {
    const [x, y, width, height] = boxOf(piece, view, all);
    all.context.strokeRect(x, y + 0.5, Math.max(width, 2), height - 1);
  }
}

function drawAddresses({ context }, view, colours) {
  context.font = '11px ui-monospace, monospace';
  context.fillStyle = colours.quiet;
  context.textAlign = 'right';
  const pitch = pitchOf(view.perRow);
  const rows = Math.min(view.rows, (2 ** 32 - view.from) / view.perRow);
  for (let row = 0; row < rows; row += pitch === FAR ? 2 : 1)
    context.fillText(hex(view.from + row * view.perRow), MARGIN - 8, row * pitch + pitch / 2 + 3);
}

/** Lines where pages of 64 KiB begin, where there are not too many. */
function drawPages(all, view, bytes, colours) {
  if (view.perRow > 64 * PAGE) return;
  all.context.fillStyle = colours.page;
  const end = Math.min(bytes, view.from + view.rows * view.perRow);
  for (let at = Math.ceil(view.from / PAGE) * PAGE; at <= end; at += PAGE) {
    const [piece] = piecesOf(view, at, at + 1);
    if (!piece || !at) continue;
    const [x, y, , height] = boxOf(piece, view, all);
    if (piece.x) all.context.fillRect(x - 0.5, y - 1, 1, height + 2);
    else all.context.fillRect(x, y - 1.5, all.width - MARGIN, 1);
  }
}

/** What a byte of a block is for. */
function partOf(block, layout, at) {
  if (!block) return 'none';
  if (at < block.payload) return at < block.payload - layout.word ? 'prev' : 'header';
  if (block.used) return at < block.payload + layout.before ? 'guard' : 'payload';
  return at < block.payload + 2 * layout.word ? 'links' : 'free';
}

const PART_COLOURS = { header: 'head', prev: 'hatch', guard: 'hatch', links: 'links' };

/** The ground of a byte, where it is not what pixels show already. */
function drawGround({ context }, { x, y, cell, part }, colours) {
  const colour = part === 'free' && cell >= LEAST_CELL ? 'free' : PART_COLOURS[part];
  if (!colour) return;
  const inset = part === 'free' ? 4 : 0; // hatching shows above and below
  context.fillStyle = colours[colour];
  context.fillRect(x, y + inset, cell + 0.5, CLOSE - GAP - 2 * inset);
}

const DIGIT_COLOURS = { header: 'card', free: 'quiet' };

/** A byte as two digits. */
function drawDigits({ context }, { x, y, cell, part, isUsed }, byte, colours) {
  const isOnColour = part === 'payload' && isUsed;
  context.fillStyle = isOnColour ? '#fff' : colours[DIGIT_COLOURS[part] ?? 'text'];
  context.fillText(byte.toString(16).padStart(2, '0'), x + cell / 2, y + 15);
}

/** Each byte in view; headers and links in colours of their own. */
function drawBytes(all, { blocks, layout }, view, colours, memory) {
  const bytes = new Uint8Array(memory);
  const cell = (all.width - MARGIN) / view.perRow;
  all.context.font = `${Math.min(12, cell * 0.7)}px ui-monospace, monospace`;
  all.context.textAlign = 'center';
  const end = Math.min(bytes.length, view.from + view.rows * view.perRow);
  for (let at = view.from; at < end; at++) {
    const i = blocks.find(at);
    const block = i < 0 ? undefined : blocks.get(i);
    const part = layout ? partOf(block, layout, at) : 'payload';
    const [row, column] = [
      Math.floor((at - view.from) / view.perRow),
      (at - view.from) % view.perRow,
    ];
    const box = { x: MARGIN + column * cell, y: row * CLOSE, cell, part, isUsed: block?.used };
    drawGround(all, box, colours);
    if (cell >= LEAST_CELL) drawDigits(all, box, bytes[at], colours);
  }
}

/** The edges of blocks, where single bytes are shown. */
function drawEdges(all, { blocks }, view, colours) {
  const end = view.from + view.rows * view.perRow;
  for (let i = Math.max(0, blocks.below(view.from)); i < blocks.count && blocks.at[i] < end; i++)
    outline(all, view, blocks.at[i], blocks.at[i] + blocks.size[i], colours.card, 1);
}

/**
 * Draws a picture's memory. `marks` are {at, end, strong}: what is outlined; `chain` is the blocks of
 * a list; `names` are what blocks are called, by their payloads.
 */
export function drawMap(canvas, options) {
  const { picture, view, colours, memory, marks = [], chain = [], names = {} } = options;
  const all = prepared(canvas);
  all.context.fillStyle = colours.card;
  all.context.fillRect(0, 0, all.width, all.height);
  drawBlocks(all, picture, view, colours);
  if (view.perRow <= BYTES_PER_ROW) {
    drawBytes(all, picture, view, colours, memory);
    drawEdges(all, picture, view, colours);
  }
  drawPages(all, view, picture.bytes, colours);
  drawAddresses(all, view, colours);
  for (const { at, end, strong } of marks)
    outline(all, view, at, end, strong ? colours.mark : colours.accent, strong ? 3 : 2);
  drawChain(all, picture, view, chain, colours);
  nameTop(all, picture, view, colours);
  nameBlocks(all, picture, view, names, colours);
}

/** The middle of what is in view of a block, in CSS pixels. */
function middleOf(all, { blocks }, view, at) {
  const i = blocks.find(at);
  const [piece] = i < 0 ? [] : piecesOf(view, at, at + blocks.size[i]);
  if (!piece) return undefined;
  const [x, y, width, height] = boxOf(piece, view, all);
  return [x + width / 2, y + height / 2];
}

/** A line through the blocks of a list, in its order. */
function drawChain(all, picture, view, chain, colours) {
  const points = chain.map((at) => middleOf(all, picture, view, at)).filter(Boolean);
  const { context } = all;
  context.strokeStyle = context.fillStyle = colours.accent;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
  for (const [x, y] of points) context.fillRect(x - 2.5, y - 2.5, 5, 5);
}

/** Writes a word into a box, `x` being its middle. */
function plate({ context }, word, [x, y, wide, height], colours) {
  context.font = '600 12px system-ui, sans-serif';
  context.textAlign = 'center';
  context.fillStyle = colours.card;
  context.fillRect(x - wide / 2, y, wide, height);
  context.fillStyle = colours.text;
  context.fillText(word, x, y + height / 2 + 4);
}

/** Writes what blocks are called at the end of the widest row of each. */
function nameBlocks(all, { blocks, layout }, view, names, colours) {
  for (const [payload, name] of Object.entries(names)) {
    const at = Number(payload) - (layout?.cost ?? 0) - (layout?.before ?? 0);
    const i = blocks.find(at);
    if (i < 0 || blocks.at[i] !== at) continue;
    const pieces = piecesOf(view, at, at + blocks.size[i]);
    const widest = pieces.toSorted((a, b) => b.width - a.width)[0];
    if (!widest) continue;
    const [x, y, width, height] = boxOf(widest, view, all);
    if (width > 30) plate(all, name, [x + width - 14, y + 2, 20, height - 4], colours);
  }
}

/** Writes "top" into the last free block, if there is room. */
function nameTop(all, { blocks, layout }, view, colours) {
  const i = blocks.count - 1;
  if (!layout || i < 0 || blocks.used[i]) return;
  const [first, ...rest] = piecesOf(view, blocks.at[i], blocks.end);
  const piece = [first, ...rest].find((each) => each && each.width * (all.width - MARGIN) > 60);
  if (!piece) return;
  const [x, y, width, height] = boxOf(piece, view, all);
  plate(all, 'top', [x + width / 2, y, 36, height], colours);
}

/** The address below a point of the canvas, in CSS pixels; undefined beside the rows. */
export function addressAt(canvas, view, x, y) {
  const wide = canvas.clientWidth - MARGIN;
  const row = Math.floor(y / pitchOf(view.perRow));
  if (x < MARGIN || row < 0 || row >= view.rows) return undefined;
  return view.from + row * view.perRow + Math.floor(((x - MARGIN) / wide) * view.perRow);
}
