// SPDX-License-Identifier: MIT OR Apache-2.0
// Bar charts as SVG. They have a background of their own, for light and dark pages.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../tools/build.js';
import { REFERENCE } from './allocators.js';

const PEERS = { dlmalloc: '#8c959f', emmalloc: '#c9a227', asc: '#7aa5d2' };
const OURS = ['#9fd8ae', '#3fa35f', '#1a6b38', '#0d4f4f', '#5f8f2f', '#88bfb0'];

/** A colour for each allocator: the builds of this project are green. */
function coloursOf(allocators) {
  const ours = allocators.filter(({ kind }) => kind === 'ours').map(({ name }) => name);
  const greens = ours.map((name, i) => [name, OURS[i % OURS.length]]);
  return { ...PEERS, ...Object.fromEntries(greens) };
}

const INK = '#24292f';
const FAINT = '#57606a';
const GRID = '#d8dee4';

const escaped = (text) =>
  String(text).replace(
    /[&<>"]/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c],
  );

/** An element; content that is a list is elements, else text. */
function element(name, attributes, content) {
  const list = Object.entries(attributes).map(
    ([key, value]) =>
      ` ${key}="${escaped(typeof value === 'number' ? Math.round(value * 100) / 100 : value)}"`,
  );
  const inside = Array.isArray(content) ? `\n${content.join('\n')}\n` : escaped(content ?? '');
  return `<${name}${list.join('')}>${inside}</${name}>`;
}

const label = (x, y, text, rest = {}) => element('text', { x, y, fill: INK, ...rest }, text);
const bar = (x, y, width, height, fill, title) =>
  element('rect', { x, y, width, height, fill, rx: 1.5 }, [element('title', {}, title)]);

const FONT = {
  'font-family': '-apple-system, "Segoe UI", Helvetica, Arial, sans-serif',
  'font-size': 12,
};

const svg = (width, height, content) =>
  element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      ...FONT,
    },
    content,
  );

const frame = (width, height) =>
  element('rect', { x: 0.5, y: 0.5, width, height, rx: 8, fill: '#ffffff', stroke: GRID });

const picture = (width, height, title, subtitle, content) =>
  `${svg(width, height, [
    element('title', {}, title),
    frame(width - 1, height - 1),
    label(24, 32, title, { 'font-size': 16, 'font-weight': 600 }),
    label(24, 52, subtitle, { fill: FAINT }),
    ...content,
  ])}\n`;

const SPEED = { left: 44, top: 92, height: 240, group: 84, gap: 12, row: 312, perRow: 9, most: 2 };

const readable = (ns) =>
  !ns ? 'geometric' : ns > 1e4 ? `${(ns / 1e3).toFixed(0)} µs` : `${ns.toPrecision(3)} ns`;

/** The bar of one allocator; a ratio that is too large to draw stands above it. */
function barOf(x, bottom, width, { ratio, title, colour }) {
  if (ratio === undefined) return [];
  const height = (Math.min(ratio, SPEED.most) / SPEED.most) * SPEED.height;
  const top = bottom - height;
  const style = { 'font-size': 9, 'text-anchor': 'middle' };
  const above = ratio > SPEED.most ? [label(x + width / 2, top - 4, ratio.toFixed(1), style)] : [];
  return [bar(x, top, width - 1, height, colour, `${title}: ${ratio.toFixed(2)}`), ...above];
}

/** The bars of one workload; below them its name and the reference's time. */
function group(x, bottom, workload, of, colours) {
  const names = Object.keys(of).filter((name) => colours[name]);
  const width = (SPEED.group - SPEED.gap) / names.length;
  const bars = names.flatMap((name, i) =>
    barOf(x + i * width, bottom, width, {
      ratio: of[name].ratio,
      title: `${workload}, ${name}`,
      colour: colours[name],
    }),
  );
  const middle = x + (SPEED.group - SPEED.gap) / 2;
  const small = { 'text-anchor': 'middle', fill: FAINT, 'font-size': 10 };
  return [
    ...bars,
    label(middle, bottom + 18, workload, { 'text-anchor': 'middle' }),
    label(middle, bottom + 33, readable(of[REFERENCE].ns), small),
  ];
}

function grid(width, bottom) {
  return [0, 0.5, 1, 1.5, 2].flatMap((value) => {
    const y = bottom - (value / SPEED.most) * SPEED.height;
    const stroke = value === 1 ? FAINT : GRID;
    return [
      element('line', {
        x1: SPEED.left,
        x2: width - 24,
        y1: y,
        y2: y,
        stroke,
        'stroke-dasharray': value === 1 ? '4 3' : 'none',
      }),
      label(SPEED.left - 8, y + 4, value.toFixed(1), {
        'text-anchor': 'end',
        fill: FAINT,
        'font-size': 11,
      }),
    ];
  });
}

function legend(x, y, allocators, colours) {
  let at = x;
  return allocators.flatMap(({ name, label: text }) => {
    const fill = colours[name];
    const items = [
      element('rect', { x: at, y: y - 10, width: 12, height: 12, rx: 2, fill }),
      label(at + 18, y, text),
    ];
    at += 36 + text.length * 6.2;
    return items;
  });
}

/** Time of each workload and allocator as a ratio to the reference's. */
export function speedPlot({ engine, workloads, overall }, allocators) {
  const colours = coloursOf(allocators);
  const means = Object.fromEntries(
    allocators.map(({ name }) => [name, { ratio: overall[name].mean }]),
  );
  const entries = [...Object.entries(workloads), ['mean of all', means]];
  const width = SPEED.left + SPEED.perRow * SPEED.group + 24;
  const rows = Math.ceil(entries.length / SPEED.perRow);
  const bottomOf = (row) => SPEED.top + row * SPEED.row + SPEED.height;
  const content = legend(SPEED.left, 76, allocators, colours);
  for (let row = 0; row < rows; row++) content.push(...grid(width, bottomOf(row)));
  entries.forEach(([workload, of], i) => {
    const x = SPEED.left + SPEED.gap / 2 + (i % SPEED.perRow) * SPEED.group;
    content.push(...group(x, bottomOf(Math.floor(i / SPEED.perRow)), workload, of, colours));
  });
  const subtitle = `time per operation as a ratio to ${REFERENCE}, whose own is below each name; less is better; ${engine}`;
  return picture(width, bottomOf(rows - 1) + 52, 'Speed', subtitle, content);
}

/** Bytes of code of each allocator. */
export function sizePlot({ sizes }, allocators) {
  const [left, width, pitch] = [190, 824, 30];
  const colours = coloursOf(allocators);
  const most = Math.max(...allocators.map(({ name }) => sizes[name]));
  const content = allocators.flatMap(({ name, label: text }, i) => {
    const y = 76 + i * pitch;
    const long = (sizes[name] / most) * (width - left - 90);
    return [
      label(left - 12, y + 14, text, { 'text-anchor': 'end' }),
      bar(left, y, long, 20, colours[name], `${text}: ${sizes[name]} bytes`),
      label(left + long + 8, y + 14, sizes[name]),
    ];
  });
  const subtitle =
    'bytes of a whole module with malloc, free, realloc and calloc, after the same wasm-opt passes; less is better';
  return picture(width, 76 + allocators.length * pitch + 16, 'Code size', subtitle, content);
}

/** Draws the real allocators, those of others and ours, into docs/. */
export async function writePlots(result, allocators) {
  const drawn = allocators.filter(({ kind }) => kind === 'peer' || kind === 'ours');
  const docs = join(root, 'docs');
  await mkdir(docs, { recursive: true });
  await writeFile(join(docs, 'bench-speed.svg'), speedPlot(result, drawn));
  await writeFile(join(docs, 'bench-size.svg'), sizePlot(result, drawn));
}
