// SPDX-License-Identifier: MIT OR Apache-2.0
// The picture of --worst: for each operation of each allocator its instructions
// beside the proved bound, and its time.
import {
  coloursOf,
  decades,
  element,
  FAINT,
  GRID,
  INK,
  label,
  line,
  logarithmic,
  picture,
} from './svg.js';

const WIDTH = 824;
const TOP = 116;
const PITCH = 18;
const OPERATIONS = ['malloc', 'free', 'realloc'];
const PANELS = [
  {
    title: 'instructions',
    from: 110,
    to: 440,
    of: ({ instructions, proved }) => ({ ...instructions, proved }),
  },
  { title: 'nanoseconds', from: 500, to: 800, of: ({ ns }) => ns },
];

const middle = { 'text-anchor': 'middle' };
const faint = { fill: FAINT, 'font-size': 11 };

const titled = (text) => [element('title', {}, text)];
const circle = (cx, cy, r, fill, text) => element('circle', { cx, cy, r, fill }, titled(text));
const tick = (x, y, text) =>
  element('rect', { x: x - 1.5, y: y - 7, width: 3, height: 14, fill: INK }, titled(text));

/** From the median (small) over the 99.99th percentile to the maximum (large), and the bound. */
function marks(scale, y, { median, p9999, max, proved }, colour, name) {
  const [low, mid, high] = [median, p9999, max].map(scale);
  return [
    line(low, y, high, y, { stroke: colour, 'stroke-width': 2 }),
    circle(low, y, 3, colour, `${name}, median: ${median}`),
    circle(mid, y, 4, colour, `${name}, p99.99: ${p9999}`),
    circle(high, y, 5.5, colour, `${name}, maximum: ${max}`),
    ...(proved ? [tick(scale(proved), y, `${name}, proved: ${proved}`)] : []),
  ];
}

/** The rows of the picture: for each operation a head, then the allocators that have it. */
const rowsOf = (measured) =>
  OPERATIONS.flatMap((operation) => [
    { head: operation },
    ...Object.entries(measured)
      .filter(([, of]) => of[operation])
      .map(([name, of]) => ({ name, operation, result: of[operation] })),
  ]).map((row, i) => ({ ...row, y: TOP + i * PITCH }));

function panel({ title, from, to, of }, rows, colours) {
  const real = rows.filter(({ result }) => result);
  const values = real.flatMap(({ result }) =>
    Object.values(of(result)).filter((value) => value > 0),
  );
  const steps = decades(Math.min(...values), Math.max(...values));
  const scale = logarithmic(steps[0], steps.at(-1), from, to);
  const bottom = rows.at(-1).y + PITCH;
  return [
    label((from + to) / 2, TOP - 36, title, { ...middle, 'font-weight': 600 }),
    ...steps.flatMap((value) => [
      line(scale(value), TOP - 12, scale(value), bottom, { stroke: GRID }),
      label(scale(value), TOP - 18, value.toLocaleString('en'), { ...middle, ...faint }),
    ]),
    ...real.flatMap(({ name, operation, result, y }) =>
      marks(scale, y, of(result), colours[name], `${name}, ${operation}`),
    ),
  ];
}

const names = (rows) =>
  rows.map(({ head, name, y }) =>
    label(24, y + 4, head ?? name, head ? { 'font-weight': 600 } : {}),
  );

/** Single operations: median, p99.99, maximum and bound. */
export function worstPlot({ engine, measured }, allocators) {
  const rows = rowsOf(measured);
  const colours = coloursOf(allocators);
  const content = [...PANELS.flatMap((each) => panel(each, rows, colours)), ...names(rows)];
  const subtitle = `dots: median, p99.99, maximum; mark: proved bound; ${engine}`;
  return picture(WIDTH, rows.at(-1).y + PITCH + 20, 'Single operations', subtitle, content);
}
