// SPDX-License-Identifier: MIT OR Apache-2.0
// Curves and points over the requests, on canvases.
import { bytesText, CLASSES, classOf, count } from '../../cli/heap/classes.js';
import { FREE, MALLOC, CALLOC } from '../../js/recording.js';
import { cleared } from './theme.js';

const [PAD, RIGHT, FOOT] = [64, 6, 4]; // CSS pixels
const MOST_LIVES = 60_000;
const FAR_ABOVE = 3;

/** The request at a place of a canvas, from the left in CSS pixels. */
export function requestAt({ clientWidth }, x, length) {
  const part = (x - PAD) / (clientWidth - PAD - RIGHT);
  return Math.round(Math.max(0, Math.min(part, 1)) * length);
}

/** Where requests and values are on a canvas. */
function scales({ width, height }, length, most) {
  const [wide, high] = [width - PAD - RIGHT, height - FOOT - 12];
  return {
    x: (at) => PAD + (at / Math.max(length, 1)) * wide,
    y: (value) => 8 + high - (value / Math.max(most, 1)) * high,
  };
}

function axis({ context }, { y }, most, text, colours) {
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'right';
  context.fillStyle = colours.quiet;
  context.fillText(text(most), PAD - 6, y(most) + 8);
  context.fillText('0', PAD - 6, y(0) + 2);
  context.fillStyle = colours.line;
  context.fillRect(PAD, y(0), 1e4, 1);
}

/** A line where the page stands. */
function cursor({ context, height }, x, colours) {
  context.fillStyle = colours.mark;
  context.fillRect(x - 0.75, 0, 1.5, height);
}

function line({ context }, points, colour, dashed) {
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.setLineDash(dashed ? [4, 3] : []);
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
  context.setLineDash([]);
}

/**
 * Curves over samples: each of `curves` is {of, colour, dashed}, and `of` a field of a sample; one
 * may have samples of its own.
 */
export function drawCurves(
  canvas,
  { samples, length, at, curves, most, text = bytesText },
  colours,
) {
  const all = cleared(canvas, colours);
  const values = ({ of, samples: own = samples }) => own.map((each) => each[of]);
  const top = most ?? Math.max(1, ...curves.flatMap(values));
  const scale = scales(all, length, top);
  axis(all, scale, top, text, colours);
  for (const { of, colour, dashed, samples: own = samples } of curves)
    line(
      all,
      own.map((each) => [scale.x(each.at), scale.y(each[of])]),
      colours[colour] ?? colour,
      dashed,
    );
  cursor(all, scale.x(at), colours);
}

/** Each block's life: {from, to, p, size}, in requests. */
export function livesOf({ ops, results, known }) {
  const lives = [];
  const open = new Map();
  const end = (slot, at) => {
    const life = open.get(slot);
    if (life) life.to = at;
    open.delete(slot);
  };
  for (let i = 0; i < known && lives.length < MOST_LIVES; i++) {
    const [slot, kind] = [ops[2 * i] >>> 2, ops[2 * i] & 3];
    const p = results.pointer[i];
    if (kind !== MALLOC && kind !== CALLOC) end(slot, i);
    if (kind === FREE || !p) continue;
    const life = { from: i, to: known, p, size: ops[2 * i + 1] };
    open.set(slot, life);
    lives.push(life);
  }
  return lives;
}

/**
 * Time from left to right, addresses upwards, memory.grow as steps, unless blocks fill so little of
 * memory that they would be too low; returns whether the steps are drawn.
 */
export function drawLives(canvas, { lives, pages, length, at }, colours) {
  const all = cleared(canvas, colours);
  const top = lives.reduce((most, { p, size }) => Math.max(most, p + size), 1);
  const end = pages.at(-1)[1];
  const isDrawn = end <= FAR_ABOVE * top;
  const most = isDrawn ? end : top;
  const scale = scales(all, length, most);
  for (const { from, to, p, size } of lives) {
    all.context.fillStyle = CLASSES[classOf(size)].colour;
    const [x, y] = [scale.x(from), scale.y(p + size)];
    all.context.fillRect(x, y, Math.max(scale.x(to) - x, 0.7), Math.max(scale.y(p) - y, 0.7));
  }
  axis(all, scale, most, bytesText, colours);
  const steps = pages.map(([n, bytes]) => [scale.x(n), scale.y(bytes)]);
  if (isDrawn) line(all, steps, colours.page, true);
  cursor(all, scale.x(at), colours);
  return isDrawn;
}

/** Where memory grew: [request, bytes] as the corners of steps. */
export function growthOf({ results, known }, first) {
  const corners = [[0, first]];
  for (let i = 0; i < known; i++) {
    const bytes = results.pages[i] * 65536;
    const last = corners.at(-1)[1];
    if (bytes !== last) corners.push([i + 1, last], [i + 1, bytes]);
  }
  corners.push([known, corners.at(-1)[1]]);
  return corners;
}

export const KINDS = ['malloc', 'free', 'realloc', 'calloc'];
export const KIND_COLOURS = ['#3f7fd1', '#2a9d8f', '#d45295', '#ea8146'];

/** Each call as a point, the last one in a frame, and the bound of malloc as a line. */
export function drawCosts(canvas, { scout, length, at, bound }, colours) {
  const all = cleared(canvas, colours);
  const { cost } = scout.results;
  let most = bound ?? 1;
  for (let i = 0; i < scout.known; i++) most = Math.max(most, cost[i]);
  const scale = scales(all, length, most);
  const step = Math.max(1, Math.floor(scout.known / 30_000));
  const size = scout.known < 200 ? 6 : 2.2;
  for (let i = 0; i < scout.known; i += step) {
    all.context.fillStyle = KIND_COLOURS[scout.ops[2 * i] & 3];
    all.context.fillRect(scale.x(i + 0.5) - size / 2, scale.y(cost[i]) - size / 2, size, size);
  }
  if (at && at <= scout.known) {
    all.context.strokeStyle = colours.mark;
    all.context.lineWidth = 2;
    all.context.strokeRect(scale.x(at - 0.5) - 5, scale.y(cost[at - 1]) - 5, 10, 10);
  }
  if (bound)
    line(
      all,
      [
        [PAD, scale.y(bound)],
        [all.width, scale.y(bound)],
      ],
      colours.mark,
      true,
    );
  axis(all, scale, most, count, colours);
  cursor(all, scale.x(at), colours);
}

/** The instructions of each kind of call: {name, calls, median, most}. */
export function costsOf({ ops, results, known }) {
  const lists = KINDS.map(() => []);
  for (let i = 0; i < known; i++) lists[ops[2 * i] & 3].push(results.cost[i]);
  return lists.map((list, i) => {
    list.sort((a, b) => a - b);
    return {
      name: KINDS[i],
      calls: list.length,
      median: list[list.length >> 1] ?? 0,
      most: list.at(-1) ?? 0,
    };
  });
}
