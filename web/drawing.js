// SPDX-License-Identifier: MIT OR Apache-2.0
// What the pictures of docs/design.md are made of: a part is {svg, height}, drawn
// from y = 0 on; parts stand one below the other. It draws what cli/heap read from
// a heap's bytes, in the colours of the page, and knows no heap.
import { classOf, count, hex } from '../cli/heap/classes.js';
import { escaped, HATCH, number, STYLE } from '../cli/heap/svg.js';

export const [LEFT, WIDTH] = [16, 880];
const MARGIN = 16;
const BLOCK = 40; // pixels that a block is high
const [LETTER, BOLD] = [6.1, 7.3]; // pixels, about, of 12px text
const PALE = 8; // from this class on a colour is too light for white text
const PAGE = 65536;

const MORE = `.on{fill:#fff;font-weight:600}.mono{font:11px ui-monospace,monospace}.bold{font-weight:600}
.edge{fill:none;stroke:#fff;stroke-width:1}.mark{fill:none;stroke:#d6006c;stroke-width:2.5}
.arrow{fill:none;stroke:#0b62d6;stroke-width:1.5}.tip,.join{fill:#0b62d6}.lit{fill:#f0a72e}.cell{fill:#eef1f4;stroke:#d9dee4}
.plate{fill:#fff}.black{fill:#20160a;font-weight:600}.end{fill:#303a44}
@media(prefers-color-scheme:dark){.on{fill:#fff}.edge{stroke:#14181d}.mark{stroke:#ff5ca8}.arrow{stroke:#6cabff}
.tip,.join{fill:#6cabff}.cell{fill:#20262d;stroke:#39424c}.plate{fill:#14181d}.black{fill:#20160a}.end{fill:#c9d2db}}`;

/** Text at a place. */
export function text(x, y, content, { as = '', anchor = 'start' } = {}) {
  const where = `x="${number(x)}" y="${number(y)}"`;
  const how = `${as && ` class="${as}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}`;
  return `<text ${where}${how}>${escaped(content)}</text>`;
}

export const box = (name, x, y, width, height) =>
  `<rect class="${name}" x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"/>`;

/** The two sides of an arrow's tip, from the tip on. */
const TIPS = { right: 'l-7-4v8z', left: 'l7-4v8z', down: 'l-4-7h8z', up: 'l-4 7h8z' };

/** An arrow along a path to a place. */
export const arrow = (path, [x, y], towards = 'right') =>
  `<path class="arrow" d="${path}"/><path class="tip" d="M${number(x)} ${number(y)}${TIPS[towards]}"/>`;

/** Text in lines that fit. */
function wrapped(content, width) {
  const lines = [''];
  for (const word of content.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length * LETTER <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A heading of a part. */
export const heading = (content) => ({
  svg: text(LEFT, 18, content, { as: 'bold' }),
  height: 26,
});

/** Sentences below each other; those of a list are numbered. */
export function words(sentences, numbered = false) {
  const lines = sentences.flatMap((each, i) =>
    wrapped(numbered ? `${i + 1}. ${each}` : each, WIDTH),
  );
  const svg = lines.map((line, i) => text(LEFT, 14 + 17 * i, line, { as: 'quiet' })).join('');
  return { svg, height: 17 * lines.length + 8 };
}

export const gap = (height) => ({ svg: '', height });

/** What stands in a block: the longest of these that fits. */
function nameIn(x, width, names, ground) {
  const name = names.find((each) => each.length * BOLD + 8 <= width);
  if (!name) return '';
  const middle = x + width / 2;
  const wide = name.length * BOLD + 4;
  const isPlain = ground === 'free';
  const plate = isPlain ? box('plate', middle - wide / 2, BLOCK / 2 - 10, wide, 20) : '';
  const as = isPlain ? 'bold' : ground;
  return plate + text(middle, BLOCK / 2 + 4, name, { as, anchor: 'middle' });
}

/** Where a block is in a strip: its left edge, its width, that of its header. */
function placeOf({ at, payload, size }, { from, to }) {
  const scale = WIDTH / (to - from);
  const x = LEFT + Math.max(0, at - from) * scale;
  const width = (Math.min(at + size, to) - Math.max(at, from)) * scale;
  return { x, width, header: Math.min((payload - at) * scale, width) };
}

/** A block in a strip: its header is darker. */
function blockIn(block, range) {
  const { x, width, header } = placeOf(block, range);
  const name = block.used ? `c${classOf(block.size)}` : 'free';
  return [
    box(name, x, 0, width, BLOCK),
    box('header', x, 0, header, BLOCK),
    box('edge', x, 0, width, BLOCK),
  ].join('');
}

/** What a block is called, how large it is, what it is: so much as there is room for. */
function wordsIn(block, range, name) {
  const { x, width, header } = placeOf(block, range);
  const state = block.used ? 'used' : 'free';
  const bytes = `${count(block.size)} bytes`;
  const names = name
    ? [`${name}: ${bytes}, ${state}`, `${name}: ${bytes}`, name]
    : [`${bytes}, ${state}`, state];
  const colour = classOf(block.size) < PALE ? 'on' : 'black';
  return nameIn(x + header, width - header, names, block.used ? colour : 'free');
}

/** The addresses below a strip, where there is room. */
function addressesBelow(blocks, range) {
  let free = -Infinity;
  return blocks
    .map((block) => {
      const { x } = placeOf(block, range);
      if (x < free || x + 50 > LEFT + WIDTH + MARGIN) return '';
      free = x + 56;
      return text(x, BLOCK + 14, hex(block.at), { as: 'mono quiet' });
    })
    .join('');
}

/** Dashed lines where pages begin. */
function pagesIn({ from, to }, bytes) {
  let path = '';
  for (let at = Math.ceil((from + 1) / PAGE) * PAGE; at < to && at <= bytes; at += PAGE)
    path += `M${number(LEFT + ((at - from) / (to - from)) * WIDTH)} -5v${BLOCK + 10}`;
  return path && `<path class="page" fill="none" d="${path}"/>`;
}

/**
 * Memory from one address to another as a strip of blocks. `nameOf(block)` is what a block is called;
 * `marked` are addresses of blocks with an outline.
 */
export function strip({ blocks, bytes, layout }, range, { nameOf = () => '', marked = [] } = {}) {
  const { from, to } = range;
  const seen = [];
  for (let i = 0; i < blocks.count; i++)
    if (blocks.at[i] < to && blocks.at[i] + blocks.size[i] > from) seen.push(blocks.get(i));
  const outlines = seen
    .filter(({ at }) => marked.includes(at))
    .map((each) => placeOf(each, range))
    .map(({ x, width }) => box('mark', x, -1, width, BLOCK + 2));
  const end = placeOf({ at: blocks.end, size: layout.cost, payload: blocks.end }, range);
  const memory = placeOf({ at: from, size: bytes - from, payload: from }, range);
  const svg = [
    box('none', memory.x, 0, memory.width, BLOCK),
    ...seen.map((each) => blockIn(each, range)),
    blocks.end < to ? box('end', end.x, 0, end.width, BLOCK) : '',
    pagesIn(range, bytes),
    ...seen.map((each) => wordsIn(each, range, nameOf(each))),
    ...outlines,
    addressesBelow(seen, range),
  ].join('');
  return { svg, height: BLOCK + 26 };
}

/** Words of memory beside each other: [name, value, pixels] each; those of nobody are hatched. */
export function fields(cells) {
  let x = LEFT;
  const drawn = cells.map(([name, value, width]) => {
    const part = [
      box(name || value ? 'cell' : 'free', x, 0, width, BLOCK),
      text(x + 6, 15, name, { as: 'quiet' }),
      text(x + 6, 32, value, { as: 'mono' }),
    ].join('');
    x += width;
    return part;
  });
  return { svg: drawn.join(''), height: BLOCK + 12 };
}

const [ITEM, SPACE] = [180, 110]; // pixels: an item of a list, and what lies between two

const leftOf = (i) => LEFT + i * (ITEM + SPACE);
const middleOf = (i) => leftOf(i) + ITEM / 2;

/** An item of a list: the first is the bin. */
function itemOf([name, about], i) {
  const [x, middle, as] = [leftOf(i), middleOf(i), i ? '' : ' black'];
  return [
    box(i ? 'free' : 'lit', x, 0, ITEM, BLOCK),
    i ? box('plate', x + 8, 4, ITEM - 16, BLOCK - 8) : '',
    text(middle, 17, name, { as: `bold${as}`, anchor: 'middle' }),
    text(middle, 32, about, { as: `mono${as}`, anchor: 'middle' }),
  ].join('');
}

/** What one item's word points to: the item `to`, or none. Between two that are no neighbours it goes around. */
function pointer({ name, from, to, isAbove }) {
  const y = isAbove ? 12 : 30;
  const label = (x, at) => text(x, at, name, { as: 'quiet', anchor: 'middle' });
  if (to < 0) {
    const x = leftOf(from) + ITEM;
    return `${arrow(`M${x} ${y}h34`, [x + 40, y])}${label(x + 17, y - 5)}${text(x + 46, y + 4, 'none', { as: 'quiet' })}`;
  }
  if (Math.abs(to - from) > 1) {
    const [edge, far, towards] = isAbove ? [-1, -18, 'down'] : [BLOCK + 1, BLOCK + 18, 'up'];
    const path = `M${middleOf(from)} ${edge}V${far}H${middleOf(to)}V${edge}`;
    const halfway = (middleOf(from) + middleOf(to)) / 2;
    return `${arrow(path, [middleOf(to), edge], towards)}${label(halfway, isAbove ? far - 5 : far + 14)}`;
  }
  const isForth = to > from;
  const [start, end] = isForth
    ? [leftOf(from) + ITEM, leftOf(to)]
    : [leftOf(from), leftOf(to) + ITEM];
  const path = `M${start} ${y}H${end + (isForth ? -6 : 6)}`;
  return `${arrow(path, [end, y], isForth ? 'right' : 'left')}${label((start + end) / 2, isAbove ? y - 5 : y + 15)}`;
}

/**
 * A list as a row of items: [name, text] each, the first of them the bin; `pointers` are
 * {name, from, to, isAbove}: a word's name, the places of who has it and of what it points to (-1: nothing).
 */
export const list = (items, pointers) => ({
  svg: `<g transform="translate(0 36)">${items.map(itemOf).join('')}${pointers.map(pointer).join('')}</g>`,
  height: BLOCK + 76,
});

/** Parts below each other, as a picture with a title and what it shows. */
export function figure({ title, about, parts }) {
  let y = 12;
  const drawn = parts.map(({ svg, height }) => {
    const part = `<g transform="translate(0 ${number(y)})">${svg}</g>`;
    y += height;
    return part;
  });
  const [width, height] = [LEFT + WIDTH + MARGIN, number(y + 8)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">
<title id="t">${escaped(title)}</title><desc id="d">${escaped(about)}</desc>
<style>${STYLE}${MORE}</style><defs>${HATCH}</defs>
<rect class="back" width="${width}" height="${height}"/>
${drawn.join('\n')}
</svg>
`;
}
