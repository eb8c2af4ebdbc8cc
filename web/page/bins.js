// SPDX-License-Identifier: MIT OR Apache-2.0
// The index on the page: a cell for each bin, lit by its bit of the map.
import { sizesOf } from '../../cli/heap/bins.js';
import { bytesText, count, hex } from '../../cli/heap/classes.js';
import { byId, make, refill } from './dom.js';

const short = (bytes) =>
  bytesText(bytes)
    .replace(' bytes', '')
    .replace(/ ([KMG])iB/, '$1');

/** No block has a size of this bin. */
function isUseless(layout, bin) {
  const [least, behind] = sizesOf(layout, bin);
  return least >= behind || least > layout.most;
}

function rangeText(layout, bin) {
  const [least, behind] = sizesOf(layout, bin);
  return `sizes from ${count(least)} below ${count(behind)}`;
}

function cellText(layout, bin, blocks) {
  const held = blocks === 1 ? '1 block' : `${blocks || 'no'} blocks`;
  return `Bin ${bin}, ${rangeText(layout, bin)}: ${held}`;
}

export class BinsView {
  constructor(app) {
    this.app = app;
    this.cells = [];
    this.chosen = undefined;
  }

  /** Makes the cells of a build. */
  begin(layout) {
    this.layout = layout;
    const open = (bin) => () => this.choose(bin);
    this.cells = Array.from({ length: layout.bins }, (_, bin) =>
      make(
        'button',
        { onclick: open(bin), onmouseenter: open(bin), onfocus: open(bin) },
        short(layout.least[bin]),
      ),
    );
    this.unused = this.cells.map((_, bin) => (isUseless(layout, bin) ? 'none' : ''));
    byId('cells').replaceChildren(...this.cells);
    byId('cells').onkeydown = (event) => this.#key(event);
    const exact =
      layout.core === 'flat'
        ? 'two bins for each power of two'
        : 'a bin for each small size, then eight for each power of two';
    byId('bins-text').textContent =
      `${layout.bins} bins, ${exact}. A cell is lit where the map's bit is set; it is named by its least size.`;
    this.choose(undefined);
  }

  /** Cells are one stop of the tab key: arrows go from one to the next. */
  #key({ key, target }) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!by) return;
    let bin = this.cells.indexOf(target) + by;
    while (this.unused[bin]) bin += by;
    this.cells[bin]?.focus();
  }

  #stop() {
    const first = this.unused.indexOf('');
    this.cells.forEach((cell, bin) => (cell.tabIndex = bin === (this.chosen ?? first) ? 0 : -1));
  }

  draw({ bins }, looked, hint) {
    bins.forEach(({ lit, blocks }, bin) => {
      const cell = this.cells[bin];
      const state =
        `${lit ? 'lit' : ''} ${this.unused[bin]} ${bin === this.chosen || bin === hint ? 'on' : ''} ${looked.includes(bin) ? 'looked' : ''}`
          .replace(/ +/g, ' ')
          .trim();
      if (cell.className !== state) cell.className = state;
      const text = cellText(this.layout, bin, blocks.length);
      if (cell.ariaLabel !== text) cell.ariaLabel = text;
    });
  }

  /** Shows the list of a bin, and its blocks in memory. */
  choose(bin) {
    this.chosen = bin;
    this.#stop();
    this.tell();
    this.app.drawSoon();
  }

  tell() {
    const { chosen, app } = this;
    if (chosen === undefined || !app.picture?.bins[chosen]) return refill(byId('bin'));
    const { blocks } = app.picture.bins[chosen];
    const links = blocks
      .slice(0, 12)
      .map((at) => make('button', { onclick: () => app.focus(at, true) }, hex(at)));
    const parts = links.flatMap((link, i) => (i ? [' → ', link] : [link]));
    const more = blocks.length > 12 ? ` and ${count(blocks.length - 12)} more` : '';
    return refill(
      byId('bin'),
      `${cellText(this.layout, chosen, blocks.length)}${blocks.length ? ': ' : '.'}`,
      ...parts,
      more,
    );
  }
}
