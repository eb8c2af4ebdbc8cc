// SPDX-License-Identifier: MIT OR Apache-2.0
// All requests at once on the page: numbers, history, cost.
import { bytesText, count } from '../../cli/heap/classes.js';
import {
  costsOf,
  drawCosts,
  drawCurves,
  drawLives,
  growthOf,
  livesOf,
  requestAt,
} from './charts.js';
import { byId, fillTable, rowOf } from './dom.js';
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
    return rowOf([
      label,
      ...Object.entries(NUMBERS).map(([name, [, text]]) => text(numbers[name])),
    ]);
  });
  fillTable(byId('stats'), head, rows);
}

/** How often memory grew, and to what. */
function growthText(corners) {
  const times = (corners.length - 2) / 2;
  if (!times) return 'Memory has not grown.';
  const often = times === 1 ? 'once' : `${count(times)} times`;
  return `Memory grew ${often}, to ${bytesText(corners.at(-1)[1])} (dashed in the first picture).`;
}

function drawHistory({ scout, samples, timeline }, colours) {
  const { length, at } = timeline;
  const pages = growthOf(scout, timeline.states[0].buffer.byteLength);
  drawLives(byId('lives'), { lives: livesOf(scout), pages, length, at }, colours);
  drawCurves(byId('bytes'), { samples, length, at, curves: CURVES }, colours);
  drawCurves(byId('fragmentation'), { samples, length, at, ...FRAGMENTATION }, colours);
  byId('bytes-legend').textContent = `${CURVES.map(({ name }) => name).join(', ')}.`;
  byId('grown').textContent = growthText(pages);
}

/** A bound as text; some calls also execute so many for each word that they copy or compare. */
function boundText({ instructions, turn, copied, scan, compared } = {}) {
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

function drawCost(run, colours) {
  const { allocator, scout, timeline } = run;
  byId('cost').hidden = !allocator.counted;
  if (!allocator.counted) return;
  const proved = allocator.proved ?? {};
  const line = proved.malloc?.scan ? undefined : proved.malloc?.instructions;
  const { length, at } = timeline;
  drawCosts(byId('costs'), { scout, length, at, bound: line }, colours);
  const rows = costsOf(scout)
    .filter(({ calls }) => calls)
    .map(({ name, calls, median, most }) =>
      rowOf([name, count(calls), count(median), count(most), boundText(proved[name])]),
    );
  fillTable(byId('bounds'), ['Call', 'Calls', 'Median', 'Most', 'Proved bound'], rows);
  byId('cost-text').textContent = costText(run, run.agrees(), line);
}

/** A click into a picture goes to the request there. */
export function listenToCharts(app) {
  for (const id of ['lives', 'bytes', 'fragmentation', 'costs'])
    byId(id).onclick = ({ offsetX }) =>
      app.player.jump(requestAt(byId(id), offsetX, app.run.timeline.length));
}

/** Draws what a run saw of all requests. */
export function drawOverview(run, colours) {
  drawHistory(run, colours);
  drawCost(run, colours);
}
