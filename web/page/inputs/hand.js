// SPDX-License-Identifier: MIT OR Apache-2.0
// Requests by hand: buttons for each call, and the blocks in use to choose from.
import { hex } from '../../../cli/heap/classes.js';
import { CALLOC, FREE, MALLOC, REALLOC } from '../../../js/recording.js';
import { make } from '../dom.js';
import { button, labelled, number, paragraph, row, valueOf } from './controls.js';

const MOST_CHIPS = 200;

const freeSlot = ({ pointer }) => {
  const i = pointer.indexOf(0);
  return i < 0 ? pointer.length : i;
};

/** A block in use as a button that chooses it. */
function chip(app, slot) {
  const { pointer, size } = app.run.timeline.machine.slots;
  const isChosen = app.chosen === slot;
  return button(`${hex(pointer[slot])} ${size[slot]}`, () => app.choose(slot), {
    'aria-pressed': String(isChosen),
    className: isChosen ? 'main' : '',
  });
}

/** Makes a call of this kind, of as many bytes as the input says. */
function ask(app, kind, size) {
  app.handSize = valueOf(size);
  const isNew = kind === MALLOC || kind === CALLOC;
  const slot = isNew ? freeSlot(app.run.timeline.machine.slots) : app.chosen;
  app.append([slot * 4 + kind, kind === FREE ? 0 : app.handSize], slot);
}

export function hand(app) {
  const live = app.run.timeline.machine.live();
  if (!live.includes(app.chosen)) app.chosen = live.at(-1);
  const size = number(app.handSize ?? 100, 0, 2 ** 32 - 1, 'Bytes');
  const call = (name, kind, more) => button(name, () => ask(app, kind, size), more);
  size.onkeydown = ({ key }) => key === 'Enter' && ask(app, MALLOC, size);
  const needs = { disabled: app.chosen === undefined };
  return [
    row(
      labelled('Bytes', size),
      call('malloc', MALLOC, { className: 'main' }),
      call('calloc', CALLOC),
      call('realloc', REALLOC, needs),
      call('free', FREE, needs),
      button('Begin anew', () => app.load(new Uint32Array(), { tab: 'hand' })),
    ),
    paragraph(
      live.length
        ? 'free and realloc concern the chosen one of these blocks:'
        : 'No block is in use.',
    ),
    make(
      'div',
      { className: 'chips', role: 'group', 'aria-label': 'Blocks in use' },
      ...live.slice(0, MOST_CHIPS).map((slot) => chip(app, slot)),
    ),
  ];
}
