// SPDX-License-Identifier: MIT OR Apache-2.0
// Memory on the page: the canvas with its keys and pointer, what the block in
// focus is, and the same as a table.
import { bytesText, CLASSES, classText, count, hex } from '../../cli/heap/classes.js';
import { Camera } from './camera.js';
import { byId, fillTable, make, rowOf } from './dom.js';
import { addressAt, BYTES_PER_ROW, drawMap } from './map.js';
import { blockInfo } from './picture.js';

const MOST_ROWS = 60;
const DRAG = 4; // CSS pixels

/** A block that the last request returned has the age 0. */
const ageText = (age) =>
  age ? `${count(age)} request${age === 1 ? '' : 's'} ago` : 'by the last request';

/** What is known of a block, in words. */
function infoText(info, name) {
  const whose = info.used
    ? `in use, payload at ${hex(info.pointer)}, ${info.requested === undefined ? 'size unknown' : `${count(info.requested)} bytes were asked for`}${info.age === undefined ? '' : `, ${ageText(info.age)}`}`
    : `free, ${info.place.text}`;
  const side = (block, where) =>
    `${where}: ${block ? `${hex(block.at)}, ${count(block.size)} bytes ${block.used ? 'in use' : 'free'}` : 'nothing'}`;
  const sides = `${side(info.before, 'Before it')}; ${side(info.behind, 'behind it')}`;
  return {
    title: `${name ? `${name}, ` : ''}${hex(info.at)}: ${count(info.size)} bytes`,
    text: `${whose}. ${sides}.`,
  };
}

export class MemoryView {
  constructor(app) {
    this.app = app;
    this.canvas = byId('map');
    this.camera = new Camera();
    this.#buttons();
    this.#pointer();
    this.canvas.addEventListener('keydown', (event) => this.#key(event));
    byId('legend').append(
      ...CLASSES.map(({ colour }, i) =>
        make('li', {}, make('i', { style: `background:${colour}` }), classText(i)),
      ),
      make('li', {}, make('i', { className: 'free' }), 'free'),
      make('li', {}, make('i', { className: 'header' }), 'header (close up)'),
      make('li', {}, 'thin lines: pages of 64 KiB'),
    );
  }

  #buttons() {
    const { camera } = this;
    const actions = {
      closer: () => this.zoom(1 / 2),
      farther: () => this.zoom(2),
      whole: () => this.app.fit(),
      everything: () => camera.fit(2 ** 32),
      up: () => camera.scroll(-Math.ceil(camera.rows / 2)),
      down: () => camera.scroll(Math.ceil(camera.rows / 2)),
    };
    for (const [id, act] of Object.entries(actions)) byId(id).onclick = () => this.#moved(act);
  }

  #moved(act) {
    act();
    this.app.drawSoon();
  }

  /** Zooms around the block in focus, if it is in view. */
  zoom(factor) {
    const { camera } = this;
    const { focused } = this.app;
    const isSeen = focused !== undefined && focused >= camera.from && focused < camera.end;
    camera.zoom(factor, isSeen ? focused : undefined);
  }

  #key(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    const { camera } = this;
    const keys = {
      '+': () => this.zoom(1 / 2),
      '=': () => this.zoom(1 / 2),
      '-': () => this.zoom(2),
      0: () => this.app.fit(),
      PageUp: () => camera.scroll(-camera.rows),
      PageDown: () => camera.scroll(camera.rows),
      ArrowUp: () => this.#row(-1),
      ArrowDown: () => this.#row(1),
    };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (steps[event.key]) this.#step(steps[event.key]);
    else if (keys[event.key]) this.#moved(keys[event.key]);
    else return;
    event.preventDefault();
  }

  /** To the next block or the one before. */
  #step(by) {
    const { blocks } = this.app.picture;
    const now =
      this.app.focused === undefined
        ? blocks.below(this.camera.from)
        : blocks.find(this.app.focused);
    const next = Math.max(0, Math.min(now + by, blocks.count - 1));
    if (blocks.count) this.app.focus(blocks.at[next], true);
  }

  /** To the block a row further. */
  #row(by) {
    const { blocks } = this.app.picture;
    const from = this.app.focused ?? this.camera.from;
    const i = Math.max(0, blocks.below(from + by * this.camera.perRow));
    if (blocks.count) this.app.focus(blocks.at[i], true);
  }

  /** The address below the pointer. */
  #below({ offsetX, offsetY }) {
    return addressAt(this.canvas, this.camera.view, offsetX, offsetY);
  }

  /** Says what is below the pointer in the memory of the allocator beside. */
  #beside({ offsetX, offsetY }) {
    const { label, picture } = this.second;
    const at = addressAt(byId('map2'), this.camera.view, offsetX, offsetY);
    const i = at === undefined ? -1 : picture.blocks.find(at);
    if (i < 0) return;
    const { title, text } = infoText(blockInfo(picture, i, this.app.run.timeline.at));
    byId('block').replaceChildren(make('b', {}, `${label}, ${title}`), ` ${text}`);
  }

  #pointer() {
    const { canvas } = this;
    byId('map2').addEventListener('pointermove', (event) => this.#beside(event));
    byId('map2').addEventListener('pointerleave', () => this.app.drawSoon());
    canvas.addEventListener('pointermove', (event) => this.#point(event));
    canvas.addEventListener('pointerleave', () => this.app.hover(undefined));
    canvas.addEventListener('pointerdown', ({ offsetY: y }) => {
      this.drag = { y, from: this.camera.from };
    });
    addEventListener('pointerup', () => (this.drag = undefined));
    canvas.addEventListener('click', (event) => {
      const { blocks } = this.app.picture;
      const i = blocks.find(this.#below(event) ?? -1);
      if (i >= 0) this.app.focus(blocks.at[i], false);
    });
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
  }

  /** Shows what is below the pointer, or moves memory with it. */
  #point(event) {
    const { drag, camera, canvas } = this;
    if (!drag) return this.app.hover(this.#below(event));
    const by = event.offsetY - drag.y;
    if (Math.abs(by) <= DRAG) return undefined;
    const bytes = (by / canvas.clientHeight) * (camera.end - camera.from);
    return this.#moved(() => camera.moveTo(drag.from - bytes));
  }

  /** Scrolls, or zooms around the pointer; where memory ends, the page scrolls. */
  #wheel(event) {
    const { camera } = this;
    const by = Math.sign(event.deltaY);
    const isMore = by < 0 ? camera.from > 0 : camera.end < this.app.picture.bytes;
    if (!event.ctrlKey && !isMore) return;
    event.preventDefault();
    const around = this.#below(event);
    this.#moved(() => (event.ctrlKey ? camera.zoom(2 ** by, around) : camera.scroll(3 * by)));
  }

  /** Draws the memories of one or two allocators: {picture, memory} each. */
  draw([first, second], { colours, marks, chain, names }) {
    const { camera, canvas } = this;
    this.second = second;
    camera.height = canvas.clientHeight;
    const { view } = camera;
    drawMap(canvas, { ...first, view, colours, marks, chain, names });
    if (second) drawMap(byId('map2'), { ...second, view, colours });
    const end = hex(Math.min(camera.end, 2 ** 32));
    const close = view.perRow <= BYTES_PER_ROW ? ': single bytes' : '';
    byId('range').textContent =
      `${hex(view.from)} to ${end}, ${bytesText(view.perRow)} a row${close}`;
  }

  /** Says what the block in focus is. */
  tell(picture, at, now, names) {
    const i = at === undefined ? -1 : picture.blocks.find(at);
    if (i < 0) return byId('block').replaceChildren('No block is in focus.');
    const info = blockInfo(picture, i, now);
    const { title, text } = infoText(info, names[info.pointer]);
    return byId('block').replaceChildren(make('b', {}, title), ` ${text}`);
  }

  /** The blocks in view as a table, from the one in focus if there are many. */
  table(picture, focused, now) {
    const { blocks } = picture;
    const { camera } = this;
    const first = Math.max(0, blocks.below(camera.from));
    let last = first;
    while (last < blocks.count && blocks.at[last] < camera.end) last++;
    const inFocus = focused === undefined ? -1 : blocks.find(focused);
    const isFar = inFocus >= first + MOST_ROWS && inFocus < last;
    const from = isFar ? inFocus - MOST_ROWS / 2 : first;
    const rows = [];
    for (let i = from; i < Math.min(last, from + MOST_ROWS); i++)
      rows.push(this.#blockRow(blockInfo(picture, i, now), i === inFocus));
    fillTable(byId('blocks'), ['Address', 'State', 'Bytes', 'Asked for', 'Age', 'Where'], rows);
    byId('list-text').textContent =
      `${count(last - first)} blocks are in view${last - first > rows.length ? `; ${rows.length} of them are listed` : ''}.`;
  }

  #blockRow(info, isOn) {
    const open = make('button', {}, hex(info.at));
    const where = info.used ? '' : info.place.text;
    const cells = [
      open,
      info.used ? 'used' : 'free',
      count(info.size),
      info.requested === undefined ? '' : count(info.requested),
      info.age === undefined ? '' : count(info.age),
      where,
    ];
    const onclick = () => this.app.focus(info.at, false);
    return rowOf(cells, { className: isOn ? 'on' : '', onclick });
  }
}
