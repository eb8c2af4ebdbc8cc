// SPDX-License-Identifier: MIT OR Apache-2.0
// All requests at once on the page: numbers, history, cost.
import { bytesText, count } from '../../cli/heap/classes.js';
import {
  costsOf,
  drawCosts,
  drawCurves,
  drawLives,
  growthOf,
  KIND_COLOURS,
  KINDS,
  livesOf,
  requestAt,
} from './charts.js';
import { byId, fillTable, make, rowOf } from './dom.js';
import { numbersOf } from './picture.js';

const NUMBERS = {
  requested: ['Bytes asked for', count],
  usedBlocks: ['Used blocks', count],
  usedBytes: ['Bytes in them', count],
  freeBlocks: ['Free blocks', count],
  freeBytes: ['Bytes in them', count],
  largestFree: ['Largest free block', count],
  fragmentation: ['Free, not in the largest', (n) => `${(n / 10).toFixed(1)} %`],
  bytes: ['Memory', bytesText],
};
/** What nobody knows of an allocator that is seen from outside: its headers look like free bytes. */
const INSIDE = ['usedBytes', 'freeBlocks', 'freeBytes', 'fragmentation'];
const CURVES = [
  { of: 'bytes', colour: 'text', dashed: true, name: 'memory (dashed)' },
  { of: 'usedBytes', colour: '#3f7fd1', name: 'in use (blue)' },
  { of: 'freeBytes', colour: '#2a9d8f', name: 'free (green)' },
  { of: 'largestFree', colour: '#ea8146', name: 'largest free block (orange)' },
];
const FRAGMENTATION = {
  curves: [{ of: 'fragmentation', colour: 'mark' }],
  most: 1000,
  text: (n) => `${n / 10} %`,
};

/** The numbers of pictures, a row for each: {label, picture}. */
export function writeNumbers(list) {
  const head = ['', ...Object.values(NUMBERS).map(([label]) => label)];
  const rows = list.map(({ label, picture }) => {
    const numbers = numbersOf(picture);
    const textOf = ([name, [, text]]) =>
      picture.layout || !INSIDE.includes(name) ? text(numbers[name]) : '-';
    return rowOf([label, ...Object.entries(NUMBERS).map(textOf)]);
  });
  fillTable(byId('stats'), head, rows);
}

/** How often memory grew, and to what. */
function growthText(corners, isDrawn) {
  const times = (corners.length - 2) / 2;
  const where = isDrawn ? 'dashed in the first picture' : 'its end is far above the first picture';
  const end = `${bytesText(corners.at(-1)[1])} (${where})`;
  if (!times) return `Memory has not grown: it has ${end}.`;
  return `Memory grew ${times === 1 ? 'once' : `${count(times)} times`}, to ${end}.`;
}

/** The memory of the allocator beside, over the same requests. */
const besideCurve = ({ allocator: { label }, samples }) => ({
  of: 'bytes',
  colour: 'mark',
  dashed: true,
  name: `memory of ${label} (pink, dashed)`,
  samples,
});

function drawHistory([{ scout, samples, timeline }, second], colours) {
  const { length, at } = timeline;
  const pages = growthOf(scout, timeline.states[0].buffer.byteLength);
  const isDrawn = drawLives(byId('lives'), { lives: livesOf(scout), pages, length, at }, colours);
  const curves = second ? [...CURVES, besideCurve(second)] : CURVES;
  drawCurves(byId('bytes'), { samples, length, at, curves }, colours);
  drawCurves(byId('fragmentation'), { samples, length, at, ...FRAGMENTATION }, colours);
  byId('bytes-legend').textContent = `${curves.map(({ name }) => name).join(', ')}.`;
  byId('grown').textContent = growthText(pages, isDrawn);
}

/** A bound as text; some calls also execute so many for each word that they copy or compare. */
export function boundText({ instructions, turn, copied, scan, compared } = {}) {
  if (instructions === undefined) return '-';
  const copies = turn && copied ? ` + ${turn} per ${copied} bytes` : '';
  const scans = scan ? ` + ${scan} per ${compared} bytes of the block` : '';
  return `${count(instructions)}${copies}${scans}`;
}

function costText({ allocator }, agrees, line) {
  const how = 'Counted by the same module with counters in it.';
  const proved = line
    ? ' The dashed line is the bound of malloc, which ./build.sh bound proves on the compiled code.'
    : '';
  const none = allocator.proved ? '' : ' Nothing is proved of it.';
  const same = agrees ? '' : ' Its pointers differ from those of the product: please report this.';
  return `${how}${proved}${none}${same}`;
}

/** The cost of each kind of call as rows; the square is the colour of its points. */
function costRows({ allocator: { label, proved = {} }, scout }, isSecond) {
  const square = (kind) =>
    isSecond ? '' : make('i', { style: `background:${KIND_COLOURS[KINDS.indexOf(kind)]}` });
  const rows = costsOf(scout).filter(({ calls }) => calls);
  return rows.map(({ name, calls, median, most }) => {
    const title = make('span', {}, square(name), isSecond ? `${name}, ${label}` : name);
    return rowOf([title, count(calls), count(median), count(most), boundText(proved[name])]);
  });
}

function drawCost(runs, colours) {
  const [{ allocator, scout, timeline }] = runs;
  byId('cost').hidden = !allocator.counted;
  if (!allocator.counted) return;
  const { malloc } = allocator.proved ?? {};
  const line = malloc?.scan ? undefined : malloc?.instructions;
  const { length, at } = timeline;
  drawCosts(byId('costs'), { scout, length, at, bound: line }, colours);
  const counted = runs.filter((run) => run.allocator.counted);
  const rows = counted.flatMap((run, i) => costRows(run, i > 0));
  fillTable(byId('bounds'), ['Call', 'Calls', 'Median', 'Most', 'Proved bound'], rows);
  byId('cost-text').textContent = costText(runs[0], runs[0].agrees(), line);
}

/** A click into a picture goes to the request there. */
export function listenToCharts(app) {
  for (const id of ['lives', 'bytes', 'fragmentation', 'costs'])
    byId(id).onclick = ({ offsetX }) =>
      app.player.jump(requestAt(byId(id), offsetX, app.run.timeline.length));
}

/** Draws what one or two runs saw of all requests. */
export function drawOverview(runs, colours) {
  drawHistory(runs, colours);
  drawCost(runs, colours);
}
