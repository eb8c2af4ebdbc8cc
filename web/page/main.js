// SPDX-License-Identifier: MIT OR Apache-2.0
// The page: what is shown now, and everything that changes it. Views draw what
// the state says, once a frame.
import { binOf } from '../../js/heap/bins.js';
import { bytesText, count } from '../../js/heap/classes.js';
import { PAGE } from '../../js/heap/machine.js';
import { unpack } from '../../js/recording.js';
import { BinsView } from './bins.js';
import { costsOf, drawCosts, drawCurves, drawLives, growthOf, livesOf } from './charts.js';
import { unpackData } from './data.js';
import { byId, fillTable, make, rowOf, say } from './dom.js';
import { callText, explain } from './explain.js';
import { TABS } from './input.js';
import { hashOf, opsOf, opsText, stateOf } from './link.js';
import { MemoryView } from './memory.js';
import { numbersOf } from './picture.js';
import { Player } from './player.js';
import { Run } from './run.js';
import { coloursNow, onChange } from './theme.js';
import { STOPS, TOUR_OPS } from './tour.js';
import { randomLoad } from '../../js/heap/loads.js';

const READABLE = 120; // milliseconds
const SETTLED = 150; // milliseconds of rest, after which words are written
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

class App {
  constructor(data) {
    this.data = data;
    this.source = { tab: 'tour' };
    this.stop = 0;
    this.memory = new MemoryView(this);
    this.bins = new BinsView(this);
    this.player = new Player(this);
    this.marks = [];
    this.looked = [];
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
    byId('second-title').textContent = beside
      ? `${this.second.allocator.label}: the same requests, the same scale${this.second.allocator.layout ? '' : '. Seen from outside: what it handed out; the rest is hatched'}`
      : '';
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
    this.memory.camera.fit(this.run.picture().bytes);
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
    this.picture = this.run.picture();
    const memory = timeline.machine.memory.buffer;
    const second = this.second && {
      picture: this.second.picture(),
      memory: this.second.timeline.machine.memory.buffer,
    };
    const bin = this.#binNow();
    const chain = this.#chain(bin);
    this.memory.draw(this.picture, {
      colours: this.colours,
      memory,
      marks: this.#allMarks(chain),
      chain,
      second,
    });
    if (this.picture.layout) this.bins.draw(this.picture, this.looked, bin);
    this.#numbersSometimes(second);
    this.player.draw(timeline);
    if (!this.rest) performance.mark('drawn');
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.settle(), SETTLED);
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
    return this.picture.bins[bin]?.blocks.slice(0, 100) ?? [];
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

  /** The pages by which the last request made memory grow. */
  #grown() {
    const { at, results } = this.run.timeline;
    const [before, now] = [results.pages[at - 2] ?? 1, results.pages[at - 1] ?? 1];
    return now > before ? [{ at: before * PAGE, end: now * PAGE }] : [];
  }

  /** Numbers that change faster than one can read need not be written each time. */
  #numbersSometimes(second) {
    const now = performance.now();
    if (this.player.playing && now - (this.written ?? 0) < READABLE) return;
    this.written = now;
    this.#numbers(second);
  }

  #numbers(second) {
    const pictures = [this.picture, ...(second ? [second.picture] : [])];
    const head = ['', ...Object.values(NUMBERS).map(([label]) => label)];
    const rows = pictures.map((picture, i) => {
      const numbers = numbersOf(picture);
      const cells = Object.entries(NUMBERS).map(([name, [, text]]) => text(numbers[name]));
      return rowOf([this.runs[i].allocator.label, ...cells]);
    });
    fillTable(byId('stats'), head, rows);
  }

  /* ---- Words, when nothing moves ---- */

  settle() {
    if (this.player.playing && this.player.speed > 4) return;
    const now = this.run.timeline.at;
    this.#story(now);
    this.picture = this.run.picture();
    this.memory.tell(this.picture, this.hovered ?? this.focused, now);
    this.memory.table(this.picture, this.focused, now);
    this.bins.tell();
    this.#charts();
    this.#link();
  }

  #story(now) {
    if (this.told === this.run && this.toldAt === now) return;
    [this.told, this.toldAt] = [this.run, now];
    const told = now ? this.run.lastRequest() : undefined;
    const steps = told ? explain(told.before, told.after, told.op) : [];
    const result =
      told && told.op.kind !== 1 ? make('b', {}, ` → 0x${told.op.result.toString(16)}`) : '';
    byId('call').replaceChildren(told ? callText(told.op) : 'Nothing was asked for yet.', result);
    byId('steps').replaceChildren(...steps.map((step) => this.#step(step)));
    this.looked = steps.map(({ bin }) => bin).filter((bin) => bin !== undefined);
    if (this.focused === undefined && told) this.focused = steps.at(-1)?.at;
    this.drawSoon();
  }

  /** A step whose block and bin are shown when it is pointed at or in focus. */
  #step({ text, at, bin }) {
    const show = () => {
      this.marks = at === undefined ? [] : [at];
      this.bins.chosen = bin;
      this.drawSoon();
    };
    const place =
      at === undefined
        ? []
        : [' ', make('button', { onclick: () => this.focus(at, true), onfocus: show }, 'show')];
    return make(
      'li',
      { onmouseenter: show, onmouseleave: () => ((this.marks = []), this.drawSoon()) },
      text,
      ...place,
    );
  }

  #charts() {
    this.colours ??= coloursNow();
    const { scout, samples } = this.run;
    const { length, at } = this.run.timeline;
    const page = { samples, length, at };
    const pages = growthOf(scout, this.run.timeline.states[0].buffer.byteLength);
    drawLives(byId('lives'), { lives: livesOf(scout), pages, length, at }, this.colours);
    drawCurves(byId('bytes'), { ...page, curves: CURVES }, this.colours);
    const part = [{ of: 'fragmentation', colour: 'mark' }];
    drawCurves(
      byId('fragmentation'),
      { ...page, curves: part, most: 1000, text: (n) => `${n / 10} %` },
      this.colours,
    );
    byId('bytes-legend').textContent = `${CURVES.map(({ name }) => name).join(', ')}.`;
    const growths = (pages.length - 2) / 2;
    byId('grown').textContent = growths
      ? `Memory grew ${growths === 1 ? 'once' : `${growths} times`}, to ${bytesText(pages.at(-1)[1])} (dashed in the first picture).`
      : 'Memory has not grown.';
    this.#costs(length, at);
  }

  #costs(length, at) {
    const { allocator, scout } = this.run;
    byId('cost').hidden = !allocator.counted;
    if (!allocator.counted) return;
    const proved = allocator.proved ?? {};
    drawCosts(
      byId('costs'),
      { scout, length, at, bound: proved.malloc?.instructions },
      this.colours,
    );
    const bound = ({ instructions, turn, bytes } = {}) =>
      instructions === undefined
        ? '-'
        : `${count(instructions)}${turn && bytes ? ` + ${turn} per ${bytes} bytes` : ''}`;
    const rows = costsOf(scout)
      .filter(({ calls }) => calls)
      .map(({ name, calls, median, most }) =>
        rowOf([name, count(calls), count(median), count(most), bound(proved[name])]),
      );
    fillTable(byId('bounds'), ['Call', 'Calls', 'Median', 'Most', 'Proved bound'], rows);
    const same = this.run.agrees()
      ? ''
      : ' Its pointers differ from those of the product: please report this.';
    byId('cost-text').textContent =
      `Counted by the same module with counters in it.${allocator.proved ? ' The dashed line is the bound of malloc, which ./build.sh bound proves on the compiled code.' : ' Nothing is proved of it.'}${same}`;
  }

  /** Looks ahead at all requests, a little in each frame. */
  look() {
    clearTimeout(this.looking);
    const isDone = this.runs.map((run) => run.look()).every(Boolean);
    if (!isDone) this.looking = setTimeout(() => this.look(), 4);
    else if (!this.frame) this.settleSoon();
  }

  settleSoon() {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.settle(), 0);
    if (this.source.tab === 'tour') this.panel();
  }

  /* ---- Input ---- */

  panel() {
    byId('panel').replaceChildren(...TABS[this.source.tab].panel(this));
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

  /* ---- Links ---- */

  async #state() {
    const { tab, random, trace } = this.source;
    const { camera } = this.memory;
    const named = tab === 'tour' || random || trace;
    return {
      tab,
      build: byId('build').value,
      beside: byId('beside').value,
      stop: tab === 'tour' ? this.stop : undefined,
      trace,
      random: random && Object.values(random).join(','),
      ops: named ? undefined : await opsText(this.run.timeline.ops),
      at: this.run.timeline.at,
      from: camera.from || undefined,
      row: camera.perRow,
    };
  }

  async #link() {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const hash = hashOf(await this.#state());
    if (turn !== this.turn) return; // the state is another one now
    if (location.hash.slice(1) !== hash) history.replaceState(null, '', `#${hash}`);
  }

  async copyLink() {
    const state = await this.#state();
    await this.#link();
    const isWhole = state.ops !== undefined || state.random || state.trace || state.tab === 'tour';
    if (!isWhole)
      return say('These requests are too many for a link: save them, under Recordings.');
    try {
      await navigator.clipboard.writeText(location.href);
      return say('The link is copied: it restores all that you see.');
    } catch {
      return say('The address of this page now restores all that you see.');
    }
  }

  /** Restores what a link says. */
  async restore(hash) {
    this.turn = (this.turn ?? 0) + 1;
    const {
      tab = 'tour',
      build = 'tlsf',
      beside = '',
      stop,
      trace,
      random,
      ops,
      at,
      from,
      row,
    } = stateOf(hash);
    const isKnown = (name) => this.data.allocators.some((each) => each.name === name);
    byId('build').value = isKnown(build) ? build : 'tlsf';
    byId('beside').value = isKnown(beside) ? beside : '';
    const to = at === undefined ? undefined : Number(at);
    if (trace) this.loadRecording(trace, to);
    else if (random) this.#restoreRandom(random, to);
    else if (ops) this.load(await opsOf(ops), { tab }, to);
    else if (tab === 'tour') this.beginTour(Math.min(Number(stop ?? 0), STOPS.length - 1));
    else this.load(new Uint32Array(), { tab: Object.hasOwn(TABS, tab) ? tab : 'hand' });
    if (row) this.memory.camera.perRow = Number(row);
    if (row) this.memory.camera.moveTo(Number(from ?? 0));
  }

  #restoreRandom(text, at) {
    const [seed, requests, live, most] = text.split(',').map(Number);
    const random = { seed, count: requests, live, most };
    this.load(randomLoad(random), { tab: 'random', random }, at);
  }
}

/* ---- The page begins ---- */

function fillChoices(app) {
  const option = ({ name, label }) => make('option', { value: name }, label);
  const { allocators } = app.data;
  byId('build').replaceChildren(...allocators.filter(({ layout }) => layout).map(option));
  byId('beside').replaceChildren(
    make('option', { value: '' }, 'nothing'),
    ...allocators.map(option).reverse(),
  );
  byId('build').onchange = () => app.exchange();
  byId('beside').onchange = () => app.exchange();
  byId('copy').onclick = () => app.copyLink();
}

function fillTabs(app) {
  const open = (name) => () => app.openTab(name);
  const tabs = Object.entries(TABS).map(([name, { label }]) =>
    make(
      'button',
      { role: 'tab', onclick: open(name), 'data-tab': name, 'aria-controls': 'panel' },
      label,
    ),
  );
  byId('tabs').replaceChildren(...tabs);
  byId('tabs').addEventListener('keydown', ({ key }) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!by) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
    next.click();
    next.focus();
  });
}

/** Tells the page that opened this one, or has it in a frame, that it may send. */
function listen(app) {
  addEventListener('message', ({ data }) => {
    if (data?.type === 'tlsf-recording') app.receive(data);
  });
  const other = window.opener ?? (window.parent === window ? undefined : window.parent);
  other?.postMessage({ type: 'tlsf-ready' }, { targetOrigin: '*' });
}

/** Builds that this browser cannot run are not offered. */
function withoutStrange(data) {
  const runs = ({ module }) => WebAssembly.validate(data.part(module));
  return { ...data, allocators: data.allocators.filter(runs) };
}

const app = new App(withoutStrange(await unpackData(byId('data').textContent)));
fillChoices(app);
fillTabs(app);
onChange(() => {
  app.colours = undefined;
  app.drawSoon();
});
// (The page writes its own state there meanwhile, so only the event knows.)
addEventListener('hashchange', ({ newURL }) => app.restore(new URL(newURL).hash));
await app.restore(location.hash);
listen(app);
