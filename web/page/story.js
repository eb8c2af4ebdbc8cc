// SPDX-License-Identifier: MIT OR Apache-2.0
// The last request on the page, in words: a list of steps, of which each shows
// its block and its bin.
import { count, hex } from '../../cli/heap/classes.js';
import { FREE } from '../../js/recording.js';
import { KINDS } from './charts.js';
import { byId, make } from './dom.js';
import { callText, explain } from './explain.js';
import { boundText } from './overview.js';

/** Instructions of a call beside what is proved. */
function spentText(instructions, bound) {
  const proved = bound ? `; the proved bound is ${boundText(bound)}` : '';
  return `It took ${count(instructions)} instructions${proved}.`;
}

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

  /** What the request before `now` cost, once a module that counts has made it too. */
  tellCost(now) {
    const { scout, allocator } = this.app.run;
    const isKnown = allocator.counted && now && now <= scout.known;
    byId('spent').textContent = isKnown
      ? spentText(
          scout.results.cost[now - 1],
          allocator.proved?.[KINDS[scout.ops[2 * now - 2] & 3]],
        )
      : '';
  }

  #call(op) {
    const text = op ? callText(op) : 'Nothing was asked for yet.';
    const returns = op && op.kind !== FREE;
    const result = returns ? make('b', {}, ` → ${hex(op.result)}`) : '';
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
      make(
        'button',
        { onclick: () => app.focus(at, true), onfocus: show, 'aria-label': `show ${hex(at)}` },
        'show',
      );
    const place = at === undefined ? [] : [' ', button()];
    return make('li', { onmouseenter: show, onmouseleave: () => mark([]) }, text, ...place);
  }
}
