// SPDX-License-Identifier: MIT OR Apache-2.0
// The colours of style.css for canvases, and canvases as sharp as the screen.
import { CLASSES } from '../../cli/heap/classes.js';
import { FREE_PLAIN, HEADS, NOTHING, OUTSIDE, USED } from './raster.js';

const NAMES = [
  'card',
  'text',
  'quiet',
  'line',
  'accent',
  'mark',
  'free',
  'hatch',
  'none',
  'head',
  'links',
  'page',
  'lit',
];

/** The colours now: a name's text. */
export function coloursNow() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  );
}

/** #rgb or #rrggbb as a pixel. */
function pixelOf(text) {
  const digits =
    text.length === 4 ? [...text.slice(1)].map((c) => c + c) : text.slice(1).match(/../g);
  const [r, g, b] = digits.map((each) => parseInt(each, 16));
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** The same, darker. */
function shaded(pixel, part) {
  const each = [0, 8, 16].map((bit) => Math.round(((pixel >>> bit) & 255) * part) << bit);
  return ((255 << 24) | each[0] | each[1] | each[2]) >>> 0;
}

/** The pixel of everything that raster.js paints, and that of hatching. */
export function pixelsNow(colours) {
  const pixels = new Uint32Array(64);
  pixels[OUTSIDE] = pixelOf(colours.card);
  pixels[NOTHING] = pixelOf(colours.none);
  pixels[FREE_PLAIN] = pixelOf(colours.free);
  CLASSES.forEach(({ colour }, i) => {
    pixels[USED + i] = pixelOf(colour);
    pixels[HEADS + i] = shaded(pixelOf(colour), 0.62);
  });
  return { pixels, hatch: pixelOf(colours.hatch) };
}

/** A canvas made as large as it is shown: its context, and its size in CSS pixels. */
export function prepared(canvas) {
  const ratio = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = canvas.getContext('2d', { alpha: false });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { context, width, height, ratio };
}

/** The same, filled with the card's colour. */
export function cleared(canvas, colours) {
  const all = prepared(canvas);
  all.context.fillStyle = colours.card;
  all.context.fillRect(0, 0, all.width, all.height);
  return all;
}

/** Calls `draw` when light becomes dark, or the page another width. */
export function onChange(draw) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  addEventListener('resize', draw);
}
