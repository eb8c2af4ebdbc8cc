// SPDX-License-Identifier: MIT OR Apache-2.0
// The last request on the page, in words: a list of steps, of which each shows
// its block and its bin.
import { FREE } from '../../js/recording.js';
import { byId, make } from './dom.js';
import { callText, explain } from './explain.js';

export class StoryView {
  constructor(app) {
    this.app = app;
    /** The bins that the search looked at. */
    this.looked = [];
  }

  /** Tells the request before `now`, unless that is told already. */
  tell(now) {
    const { app } = this;
    if (this.told === app.run && this.toldAt === now) return;
    [this.told, this.toldAt] = [app.run, now];
    const told = now ? app.run.lastRequest() : undefined;
    const steps = told ? explain(told.before, told.after, told.op) : [];
    this.#call(told?.op);
    byId('steps').replaceChildren(...steps.map((step) => this.#step(step)));
    this.looked = steps.map(({ bin }) => bin).filter((bin) => bin !== undefined);
    if (told && app.focused === undefined) app.focused = steps.at(-1)?.at;
    app.drawSoon();
  }

  #call(op) {
    const text = op ? callText(op) : 'Nothing was asked for yet.';
    const returns = op && op.kind !== FREE;
    const result = returns ? make('b', {}, ` → 0x${op.result.toString(16)}`) : '';
    byId('call').replaceChildren(text, result);
  }

  /** A step whose block and bin are shown when it is pointed at or in focus. */
  #step({ text, at, bin }) {
    const { app } = this;
    const mark = (marks) => {
      app.marks = marks;
      if (marks.length) app.bins.chosen = bin;
      app.drawSoon();
    };
    const show = () => mark(at === undefined ? [] : [at]);
    const button = () =>
      make('button', { onclick: () => app.focus(at, true), onfocus: show }, 'show');
    const place = at === undefined ? [] : [' ', button()];
    return make('li', { onmouseenter: show, onmouseleave: () => mark([]) }, text, ...place);
  }
}
