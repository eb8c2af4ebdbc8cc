// SPDX-License-Identifier: MIT OR Apache-2.0
// The picture of --scale: time with many live blocks, and growth to 4 GiB.
import {
  bar,
  coloursOf,
  decades,
  element,
  FAINT,
  label,
  legend,
  line,
  logarithmic,
  picture,
} from './svg.js';

const WIDTH = 824;
const LINES = { left: 72, right: 470, top: 108, bottom: 388 };
const BARS = { left: 610, right: 740, top: 124, pitch: 28 };

const end = { 'text-anchor': 'end' };
const middle = { 'text-anchor': 'middle' };
const faint = { fill: FAINT, 'font-size': 11 };

/** Lines for the decades of time, and a name for each number of blocks. */
function axes(x, y, powers, times) {
  const { left, right, bottom } = LINES;
  return [
    ...times.flatMap((ns) => [
      line(left, y(ns), right, y(ns)),
      label(left - 8, y(ns) + 4, `${ns} ns`, { ...end, ...faint }),
    ]),
    ...powers.map((power, i) => label(x(i), bottom + 20, power, middle)),
    label((left + right) / 2, bottom + 38, 'live blocks of 16 to 128 bytes', {
      ...middle,
      ...faint,
    }),
  ];
}

/** One allocator's times, from left to right. */
function curve(points, colour, name) {
  const dots = points.map(({ x, y, text }) =>
    element('circle', { cx: x, cy: y, r: 3.5, fill: colour }, [
      element('title', {}, `${name}: ${text}`),
    ]),
  );
  const path = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  return [
    element('polyline', { points: path, fill: 'none', stroke: colour, 'stroke-width': 2 }),
    ...dots,
  ];
}

function lines(scale, allocators, colours) {
  const [powers, results] = [Object.keys(scale), Object.values(scale)];
  const all = results.flatMap((of) => allocators.map(({ name }) => of[name].ns));
  const times = decades(Math.min(...all), Math.max(...all));
  const y = logarithmic(times[0], times.at(-1), LINES.bottom, LINES.top);
  const x = (i) => LINES.left + 20 + (i / (powers.length - 1)) * (LINES.right - LINES.left - 40);
  const points = (name) =>
    results.map(({ [name]: { ns } }, i) => ({
      x: x(i),
      y: y(ns),
      text: `${ns.toPrecision(3)} ns with ${powers[i]}`,
    }));
  return [
    ...axes(x, y, powers, times),
    ...allocators.flatMap(({ name }) => curve(points(name), colours[name], name)),
  ];
}

const seconds = (ms) => `${(ms / 1000).toPrecision(2)} s`;

/** The time that each allocator takes to fill 4 GiB: bars on a logarithmic axis. */
function growing(growth, allocators, colours) {
  const all = allocators.map(({ name }) => growth[name].took);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const width = logarithmic(least / 2, most, 0, BARS.right - BARS.left);
  return [
    label(BARS.left, BARS.top - 12, 'until 4 GiB are full (logarithmic)', { ...middle, ...faint }),
    ...allocators.flatMap(({ name }, i) => {
      const y = BARS.top + i * BARS.pitch;
      const { took, grown } = growth[name];
      return [
        label(BARS.left - 10, y + 14, name, end),
        bar(BARS.left, y, width(took), 20, colours[name], `${name}: ${grown} growths`),
        label(BARS.left + width(took) + 6, y + 14, seconds(took), faint),
      ];
    }),
  ];
}

/** Time per operation over the number of live blocks, and the time until memory is full. */
export function scalePlot({ engine, scale, growth }, allocators) {
  const colours = coloursOf(allocators);
  const real = allocators.filter(({ name }) => growth[name]);
  const content = [
    ...legend(LINES.left, 76, allocators, colours, WIDTH),
    ...lines(scale, allocators, colours),
    ...growing(growth, real, colours),
  ];
  return picture(WIDTH, LINES.bottom + 56, 'Scale', `time per operation; ${engine}`, content);
}
