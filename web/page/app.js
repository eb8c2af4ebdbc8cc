// SPDX-License-Identifier: MIT OR Apache-2.0
// What the page shows now, and everything that changes it. Views draw what the
// state says, once a frame; words are written when nothing moves.
import { binOf } from '../../cli/heap/bins.js';
import { PAGE } from '../../cli/heap/machine.js';
import { unpack } from '../../js/recording.js';
import { BinsView } from './bins.js';
import { byId, refill } from './dom.js';
import { TABS } from './input.js';
import { MemoryView } from './memory.js';
import { drawOverview, writeNumbers } from './overview.js';
import { Player } from './player.js';
import { Run } from './run.js';
import { StateLink } from './state.js';
import { StoryView } from './story.js';
import { coloursNow } from './theme.js';
import { namesAt, STOPS, TOUR_OPS } from './tour.js';

const MOST_MARKED = 24; // blocks of a list
const READABLE = 120; // milliseconds
const SETTLED = 150; // milliseconds of rest, after which words are written

const textOf = ({ label, layout }) =>
  `${label}: the same requests, the same scale${layout ? '' : '. Seen from outside: what it handed out; the rest is hatched'}`;

export class App {
  constructor(data) {
    this.data = data;
    this.source = { tab: 'tour' };
    this.stop = 0;
    this.memory = new MemoryView(this);
    this.bins = new BinsView(this);
    this.player = new Player(this);
    this.story = new StoryView(this);
    this.link = new StateLink(this);
    this.marks = [];
  }

  /* ---- Allocators ---- */

  #allocator(name) {
    const found = this.data.allocators.find((each) => each.name === name);
    const compiled = (n) =>
      n === undefined ? undefined : new WebAssembly.Module(this.data.part(n));
    return { ...found, module: compiled(found.module), counted: compiled(found.counted) };
  }

  /** Begins again with these requests, on the allocators that are chosen. */
  #restart(ops) {
    const beside = byId('beside').value;
    this.run = new Run(this.#allocator(byId('build').value), ops);
    this.second = beside ? new Run(this.#allocator(beside), ops) : undefined;
    byId('second').hidden = !beside;
    byId('second-title').textContent = beside ? textOf(this.second.allocator) : '';
    byId('about').textContent = `${this.run.allocator.label}: ${this.run.allocator.use}.`;
    byId('memory').classList.toggle('both', Boolean(beside));
    const { layout } = this.run.allocator;
    byId('bins').hidden = !layout;
    if (layout) this.bins.begin(layout);
  }

  /** Another allocator does the same. */
  exchange() {
    const { at, ops } = this.run.timeline;
    this.#restart(ops);
    this.go(at);
    this.look();
  }

  /* ---- Requests ---- */

  /** Shows these requests from their end on. */
  load(ops, source, at = ops.length / 2) {
    this.player.pause();
    this.source = source;
    this.focused = undefined;
    this.#restart(ops);
    this.go(at);
    this.fit();
    this.look();
    this.panel();
  }

  loadRecording(name, at) {
    const { part } = this.data.recordings.find((each) => each.name === name);
    const { ops } = unpack(this.data.part(part));
    this.load(ops, { tab: 'recordings', trace: name }, at);
  }

  /** Adds a request behind those that are done, and does it. */
  append(op, chosen) {
    const { at, ops } = this.run.timeline;
    this.source = { tab: 'hand' };
    const all = Uint32Array.from([...ops.subarray(0, 2 * at), ...op]);
    if (ops.length > 2 * at) this.#restart(all);
    else for (const run of this.runs) run.extend(all);
    this.chosen = chosen;
    this.go(at + 1);
    this.look();
    this.panel();
  }

  get runs() {
    return this.second ? [this.run, this.second] : [this.run];
  }

  goToStop(n) {
    this.stop = n;
    this.focused = undefined;
    this.marks = [];
    this.go(STOPS[n].at);
    this.panel();
  }

  /** Brings all memory into view, of both allocators. */
  fit() {
    const { camera } = this.memory;
    camera.height = byId('map').clientHeight;
    camera.fit(Math.max(...this.runs.map((run) => run.picture().bytes)));
    this.drawSoon();
  }

  /* ---- Where the page stands ---- */

  /** Goes to the state after so many requests. */
  go(at) {
    for (const run of this.runs) run.timeline.go(at);
    this.drawSoon();
  }

  /** What a program has is in focus: by a slot. */
  choose(slot) {
    this.chosen = slot;
    this.focus(this.run.timeline.machine.slots.pointer[slot], true);
    this.panel();
  }

  focus(address, show) {
    const i = this.picture.blocks.find(address);
    if (i < 0) return;
    this.focused = this.picture.blocks.at[i];
    if (show) this.memory.camera.show(this.focused, this.focused + this.picture.blocks.size[i]);
    this.drawSoon();
  }

  hover(address) {
    const i = address === undefined ? -1 : this.picture.blocks.find(address);
    const hovered = i < 0 ? undefined : this.picture.blocks.at[i];
    if (hovered === this.hovered) return;
    this.hovered = hovered;
    this.drawSoon();
  }

  /* ---- Drawing ---- */

  drawSoon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  draw() {
    this.colours ??= coloursNow();
    const { timeline } = this.run;
    const shown = this.runs.map((run) => ({
      label: run.allocator.label,
      picture: run.picture(),
      memory: run.timeline.machine.memory.buffer,
    }));
    [{ picture: this.picture }] = shown;
    const bin = this.#binNow();
    const chain = this.#chain(bin);
    const names = this.#names();
    this.memory.draw(shown, { colours: this.colours, marks: this.#allMarks(chain), chain, names });
    if (this.picture.layout) this.bins.draw(this.picture, this.story.looked, bin);
    this.#numbers(shown);
    this.player.draw(timeline);
    if (!this.rest) performance.mark('drawn');
    this.#settleAfter(SETTLED);
  }

  #settleAfter(ms) {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.settle(), ms);
  }

  /** The bin that the block in focus is in, or the one pointed at, or the one chosen. */
  #binNow() {
    const { blocks, layout, apart } = this.picture;
    const i = blocks.find(this.hovered ?? this.focused ?? -1);
    if (!layout || i < 0 || blocks.used[i]) return this.bins.chosen;
    const isApart = Object.values(apart).includes(blocks.at[i]);
    return isApart ? this.bins.chosen : binOf(layout, blocks.size[i]);
  }

  /** The blocks of a list, in its order. */
  #chain(bin) {
    return this.picture.bins[bin]?.blocks.slice(0, MOST_MARKED) ?? [];
  }

  #allMarks(chain) {
    const { blocks } = this.picture;
    const range = (at, strong) => {
      const i = at === undefined ? -1 : blocks.find(at);
      return i < 0 ? [] : [{ at: blocks.at[i], end: blocks.at[i] + blocks.size[i], strong }];
    };
    const plain = [...chain, ...this.marks, this.hovered].flatMap((at) => range(at));
    return [...this.#grown(), ...plain, ...range(this.focused, true)];
  }

  /** What the guided example calls its blocks: {payload: name}. */
  #names() {
    const { at, results } = this.run.timeline;
    return this.source.tab === 'tour' ? namesAt(at, results) : {};
  }

  /** The pages by which the last request made memory grow. */
  #grown() {
    const { at, results } = this.run.timeline;
    const [before, now] = [results.pages[at - 2] ?? 1, results.pages[at - 1] ?? 1];
    return now > before ? [{ at: before * PAGE, end: now * PAGE }] : [];
  }

  /** Numbers that change faster than one can read need not be written each time. */
  #numbers(shown) {
    const now = performance.now();
    if (this.player.playing && now - (this.written ?? 0) < READABLE) return;
    this.written = now;
    writeNumbers(shown);
  }

  /* ---- Words, when nothing moves ---- */

  settle() {
    if (this.player.playing && this.player.speed > 4) return;
    const now = this.run.timeline.at;
    this.story.tell(now);
    this.story.tellCost(now);
    this.picture = this.run.picture();
    this.memory.tell(this.picture, this.hovered ?? this.focused, now, this.#names());
    this.memory.table(this.picture, this.focused, now);
    this.bins.tell();
    drawOverview(this.runs, this.colours);
    this.link.write();
  }

  /** Looks ahead at all requests, a little in each frame. */
  look() {
    clearTimeout(this.looking);
    const isDone = this.runs.map((run) => run.look()).every(Boolean);
    if (!isDone) this.looking = setTimeout(() => this.look(), 4);
    else if (!this.frame) this.settleSoon();
  }

  settleSoon() {
    this.#settleAfter(0);
    if (this.source.tab === 'tour') this.panel();
  }

  /* ---- Input ---- */

  panel() {
    refill(byId('panel'), ...TABS[this.source.tab].panel(this));
    byId('panel').setAttribute('aria-labelledby', `tab-${this.source.tab}`);
    for (const tab of byId('tabs').children) {
      const isOn = tab.dataset.tab === this.source.tab;
      tab.setAttribute('aria-selected', String(isOn));
      tab.tabIndex = isOn ? 0 : -1;
    }
  }

  openTab(tab) {
    if (tab === 'tour') return this.beginTour(0);
    this.source = { ...this.source, tab };
    return this.panel();
  }

  beginTour(stop) {
    this.stop = stop;
    this.load(TOUR_OPS, { tab: 'tour' }, STOPS[stop].at);
    const { camera } = this.memory;
    camera.perRow = 64;
    camera.moveTo((this.run.allocator.layout?.first ?? 0) - 64);
  }

  /** Bytes of a recording that a page sends while it runs. */
  receive({ bytes, first }) {
    const isNew = first || !this.stream;
    this.stream = isNew ? bytes : Uint8Array.from([...this.stream, ...bytes]);
    this.received = this.stream.length;
    const { ops } = unpack(this.stream);
    const follows = this.run.timeline.at === this.run.timeline.length;
    if (isNew) return this.load(ops, { tab: 'live' });
    for (const run of this.runs) run.extend(ops);
    if (follows) this.go(ops.length / 2);
    this.look();
    return this.panel();
  }
}
