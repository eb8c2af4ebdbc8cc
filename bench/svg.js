// SPDX-License-Identifier: MIT OR Apache-2.0
// What all pictures have in common. A picture has a background of its own and
// is drawn in the colours for light pages; for dark ones its style replaces
// each of them.

/** The colours of text and lines. */
export const INK = '#24292f';
export const FAINT = '#57606a';
export const GRID = '#d8dee4';
const PAPER = '#ffffff';

const PEERS = { dlmalloc: '#8c959f', emmalloc: '#c9a227', asc: '#7aa5d2', mimalloc: '#b07cc6' };
const OURS = ['#9fd8ae', '#3fa35f', '#1a6b38', '#0d4f4f', '#5f8f2f', '#88bfb0'];
const OTHERS = '#c8ccd1';

/** The colours that would not be seen on dark paper, and what replaces them. */
const DARK = {
  [INK]: '#e6edf3',
  [FAINT]: '#9ea7b0',
  [GRID]: '#30363d',
  [PAPER]: '#0d1117',
  '#1a6b38': '#57d480',
  '#0d4f4f': '#2fb5b5',
};

const rules = Object.entries(DARK).map(
  ([light, dark]) =>
    `[fill="${light}"] { fill: ${dark}; } [stroke="${light}"] { stroke: ${dark}; }`,
);
const STYLE = `@media (prefers-color-scheme: dark) { ${rules.join(' ')} }`;

/** A colour for each allocator: the builds of this project are green. */
export function coloursOf(allocators) {
  const ours = allocators.filter(({ kind }) => kind === 'ours').map(({ name }) => name);
  const greens = ours.map((name, i) => [name, OURS[i % OURS.length]]);
  const others = allocators.map(({ name }) => [name, OTHERS]);
  return { ...Object.fromEntries(others), ...PEERS, ...Object.fromEntries(greens) };
}

const escaped = (text) =>
  String(text).replace(
    /[&<>"]/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c],
  );

/** An element; content that is a list is elements, else text. */
export function element(name, attributes, content) {
  const list = Object.entries(attributes).map(
    ([key, value]) =>
      ` ${key}="${escaped(typeof value === 'number' ? Math.round(value * 100) / 100 : value)}"`,
  );
  const inside = Array.isArray(content) ? `\n${content.join('\n')}\n` : escaped(content ?? '');
  return `<${name}${list.join('')}>${inside}</${name}>`;
}

export const label = (x, y, text, rest = {}) => element('text', { x, y, fill: INK, ...rest }, text);

/** A bar; its title shows when the mouse is over it. */
export const bar = (x, y, width, height, fill, title) =>
  element('rect', { x, y, width, height, fill, rx: 1.5 }, [element('title', {}, title)]);

export const line = (x1, y1, x2, y2, rest = {}) =>
  element('line', { x1, x2, y1, y2, stroke: GRID, ...rest });

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
  element('rect', { x: 0.5, y: 0.5, width, height, rx: 8, fill: PAPER, stroke: GRID });

/** A whole picture. */
export const picture = (width, height, title, subtitle, content) =>
  `${svg(width, height, [
    element('title', {}, title),
    `<style>${STYLE}</style>`,
    frame(width - 1, height - 1),
    label(24, 32, title, { 'font-size': 16, 'font-weight': 600 }),
    label(24, 52, subtitle, { fill: FAINT }),
    ...content,
  ])}\n`;

/** The colours' meaning, from a place on, in lines that end before `right`. */
export function legend(x, y, allocators, colours, right) {
  let [at, down] = [x, y];
  return allocators.flatMap(({ name, label: text }) => {
    const room = 36 + text.length * 6.2;
    if (at + room > right) [at, down] = [x, down + 18];
    const items = [
      element('rect', { x: at, y: down - 10, width: 12, height: 12, rx: 2, fill: colours[name] }),
      label(at + 18, down, text),
    ];
    at += room;
    return items;
  });
}

/** A place on a logarithmic axis from `least`, at `from`, to `most`, at `to`. */
export const logarithmic = (least, most, from, to) => (value) =>
  from + (Math.log(Math.max(value, least) / least) / Math.log(most / least)) * (to - from);

/** The powers of ten from a number, or just below it, to another, or just above it. */
export function decades(least, most) {
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}
