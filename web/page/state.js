// SPDX-License-Identifier: MIT OR Apache-2.0
// The page's state as its link, written as it changes and restored.
import { randomLoad } from '../../cli/heap/loads.js';
import { byId, say } from './dom.js';
import { TABS } from './input.js';
import { hashOf, opsOf, opsText, stateOf } from './link.js';
import { STOPS } from './tour.js';

async function stateNow(app) {
  const { tab, random, trace } = app.source;
  const { camera } = app.memory;
  const isNamed = tab === 'tour' || random || trace;
  return {
    tab,
    build: byId('build').value,
    beside: byId('beside').value,
    stop: tab === 'tour' ? app.stop : undefined,
    trace,
    random: random && [random.seed, random.count, random.live, random.most].join(','),
    ops: isNamed ? undefined : await opsText(app.run.timeline.ops),
    at: app.run.timeline.at,
    from: camera.from || undefined,
    row: camera.perRow,
  };
}

const isWhole = ({ ops, random, trace, tab }) =>
  ops !== undefined || random || trace || tab === 'tour';

export class StateLink {
  constructor(app) {
    this.app = app;
    this.turn = 0;
  }

  /** Writes the state into the address; returns whether that tells all. */
  async write() {
    const turn = ++this.turn;
    const state = await stateNow(this.app);
    if (turn !== this.turn) return false; // it is another one by now
    const hash = hashOf(state);
    if (location.hash.slice(1) !== hash) history.replaceState(null, '', `#${hash}`);
    return isWhole(state);
  }

  async copy() {
    if (!(await this.write()))
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
    this.turn++;
    const state = stateOf(hash);
    const isKnown = (name) => this.app.data.allocators.some((each) => each.name === name);
    byId('build').value = isKnown(state.build) ? state.build : 'tlsf';
    byId('beside').value = isKnown(state.beside) ? state.beside : '';
    await this.#requests(state, state.at === undefined ? undefined : Number(state.at));
    const { camera } = this.app.memory;
    if (state.row) camera.perRow = Number(state.row);
    if (state.row) camera.moveTo(Number(state.from ?? 0));
  }

  async #requests({ tab = 'tour', stop = 0, trace, random, ops }, at) {
    const { app } = this;
    if (trace) return app.loadRecording(trace, at);
    if (random) return this.#random(random.split(',').map(Number), at);
    if (ops) return app.load(await opsOf(ops), { tab }, at);
    if (tab === 'tour') return app.beginTour(Math.min(Number(stop), STOPS.length - 1));
    return app.load(new Uint32Array(), { tab: Object.hasOwn(TABS, tab) ? tab : 'hand' });
  }

  #random([seed, count, live, most], at) {
    const random = { seed, count, live, most };
    this.app.load(randomLoad(random), { tab: 'random', random }, at);
  }
}
