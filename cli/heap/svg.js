// SPDX-License-Identifier: MIT OR Apache-2.0
// Memory as SVG: rows of wrapped address space, used blocks coloured by their
// size, free ones hatched, lines where pages begin. It suits light and dark.
import { CLASSES, classOf, classText, hex } from './classes.js';
import { piecesOf, wholeView } from './rows.js';

/** @import { Blocks } from './blocks.js' */
/** @import { Piece, View } from './rows.js' */

const PAGE = 65536;
const [LEFT, WIDTH, TOP, MOST_ROWS, MARGIN] = [76, 880, 64, 48, 16];
const LABEL = 14;

/** How text, blocks and lines look, in light and dark. */
export const STYLE = `text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:15px;font-weight:600}
.quiet{fill:#666}.back{fill:#fff}.none{fill:#eee}.free{fill:url(#hatch)}.hatch{fill:#e9ecef}
.line{stroke:#9aa5b1;stroke-width:1.4}.page{stroke:#222;stroke-width:.8;stroke-dasharray:3 2}.header{fill:#0006}
${CLASSES.map(({ colour }, i) => `.c${i}{fill:${colour}}`).join('')}
@media(prefers-color-scheme:dark){text{fill:#ddd}.quiet{fill:#9aa}.back{fill:#14181d}.none{fill:#20262d}
.hatch{fill:#262d35}.line{stroke:#5b6773}.page{stroke:#eee}.header{fill:#0008}}`;

/** What `.free` is filled with. */
export const HATCH =
  '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect class="hatch" width="6" height="6"/><path class="line" d="M0 0V6"/></pattern>';

/** @type {(text: string) => string} */
export const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
/** @type {(n: number) => string} */
export const number = (n) => String(Number(n.toFixed(2)));

/** Where a piece of a row is drawn. @type {(piece: Piece, height: number) => string} */
function outline({ row, x, width }, height) {
  const [left, top, right] = [LEFT + x * WIDTH, TOP + row * height, width * WIDTH];
  return `M${number(left)} ${number(top)}h${number(right)}v${height - 2}h${number(-right)}z`;
}

/** @type {(view: View, at: number, end: number, height: number) => string} */
const shape = (view, at, end, height) =>
  piecesOf(view, at, end)
    .map((piece) => outline(piece, height))
    .join('');

/** The shapes of all blocks, by the class of what is drawn. @type {(blocks: Blocks, view: View, height: number) => Record<string, string>} */
function shapesOf(blocks, view, height) {
  /** @type {Record<string, string>} */
  const shapes = {};
  const add = (/** @type {string} */ name, /** @type {number} */ at, /** @type {number} */ end) => {
    shapes[name] = (shapes[name] ?? '') + shape(view, at, end, height);
  };
  const headers = blocks.cost && (blocks.cost / view.perRow) * WIDTH >= 0.5;
  for (let i = 0; i < blocks.count; i++) {
    const { at, payload, size, used } = blocks.get(i);
    add(used ? `c${classOf(size)}` : 'free', at, at + size);
    if (headers && used) add('header', at, payload);
  }
  return shapes;
}

/** Lines where pages begin. @type {(view: View, bytes: number, height: number) => string} */
function pageLines(view, bytes, height) {
  let path = '';
  for (let at = PAGE; at < bytes; at += PAGE) {
    const [row, x] = [Math.floor(at / view.perRow), (at % view.perRow) / view.perRow];
    const [left, top] = [number(LEFT + x * WIDTH), TOP + row * height - 1];
    path += x ? `M${left} ${top}v${height}` : `M${LEFT} ${top}h${WIDTH}`;
  }
  return path && `<path class="page" fill="none" d="${path}"/>`;
}

/** @type {(view: View, height: number) => string} */
function addresses({ perRow, rows }, height) {
  const every = Math.ceil(LABEL / height);
  const labels = [];
  for (let row = 0; row < rows; row += every) {
    const y = TOP + row * height + Math.min(height - 2, 11);
    labels.push(
      `<text class="quiet" x="${LEFT - 8}" y="${y}" text-anchor="end">${hex(row * perRow)}</text>`,
    );
  }
  return labels.join('');
}

/** @type {(y: number) => string} */
function legend(y) {
  const step = WIDTH / (CLASSES.length + 1);
  const key = (/** @type {string} */ name, /** @type {string} */ text, /** @type {number} */ i) =>
    `<rect class="${name}" x="${number(LEFT + i * step)}" y="${y}" width="12" height="12" rx="2"/>` +
    `<text x="${number(LEFT + i * step + 17)}" y="${y + 10}">${text}</text>`;
  const keys = CLASSES.map((_, i) => key(`c${i}`, classText(i), i));
  return [...keys, key('free', 'free', CLASSES.length)].join('');
}

/**
 * The picture of a memory of `bytes` bytes.
 *
 * @param {{ blocks: Blocks, bytes: number, title: string, subtitle: string }} of
 */
export function svgOf({ blocks, bytes, title, subtitle }) {
  const view = wholeView(bytes, MOST_ROWS);
  const height = view.rows > 24 ? 10 : 18;
  const bottom = TOP + view.rows * height + 10;
  const [width, all] = [LEFT + WIDTH + MARGIN, bottom + 28];
  const shapes = Object.entries(shapesOf(blocks, view, height));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${all}" role="img" aria-labelledby="t d">
<title id="t">${escaped(title)}</title><desc id="d">${escaped(subtitle)}</desc>
<style>${STYLE}</style><defs>${HATCH}</defs>
<rect class="back" width="${width}" height="${all}"/>
<text class="title" x="${LEFT}" y="26">${escaped(title)}</text>
<text class="quiet" x="${LEFT}" y="46">${escaped(subtitle)}</text>
<path class="none" d="${shape(view, 0, bytes, height)}"/>
${shapes.map(([name, path]) => `<path class="${name}" d="${path}"/>`).join('\n')}
${pageLines(view, bytes, height)}
${addresses(view, height)}
${legend(bottom)}
</svg>
`;
}
