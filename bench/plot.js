// SPDX-License-Identifier: MIT OR Apache-2.0
// Bar charts of speed and size.
import { REFERENCE } from './allocators.js';
import { bar, coloursOf, FAINT, GRID, label, legend, line, picture } from './svg.js';

const SPEED = { left: 44, top: 116, height: 240, group: 84, gap: 12, row: 312, perRow: 9, most: 2 };

const readable = (ns) =>
  !ns ? 'mean' : ns > 1e4 ? `${(ns / 1e3).toFixed(0)} µs` : `${ns.toPrecision(3)} ns`;

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
    return [
      line(SPEED.left, y, width - 24, y, {
        stroke: value === 1 ? FAINT : GRID,
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

/** Time of each workload and allocator as a ratio to the reference's. */
export function speedPlot({ engine, workloads, sets }, allocators) {
  const colours = coloursOf(allocators);
  const means = Object.entries(sets).map(([set, { of }]) => [
    set,
    Object.fromEntries(allocators.map(({ name }) => [name, { ratio: of[name].mean }])),
  ]);
  const entries = [...Object.entries(workloads).filter(([name]) => !name.includes(':')), ...means];
  const width = SPEED.left + SPEED.perRow * SPEED.group + 24;
  const rows = Math.ceil(entries.length / SPEED.perRow);
  const bottomOf = (row) => SPEED.top + row * SPEED.row + SPEED.height;
  const content = legend(SPEED.left, 76, allocators, colours, width);
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
