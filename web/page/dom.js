// SPDX-License-Identifier: MIT OR Apache-2.0
// Elements of the page by their id, and new ones.

/** @type {(id: string) => any} */
export const byId = (id) => document.getElementById(id);

/** An element with properties and children; `aria-` and `data-` names are attributes. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-') || key === 'role' || key === 'for') element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children);
  return element;
}

/** A row of a table; the first cell heads it. */
export const rowOf = (cells, properties = {}) =>
  make(
    'tr',
    properties,
    ...cells.map((cell, i) => make(i ? 'td' : 'th', i ? {} : { scope: 'row' }, cell)),
  );

/** Fills a table with a head and rows. */
export function fillTable(table, head, rows) {
  table.tHead.replaceChildren(
    make('tr', {}, ...head.map((each) => make('th', { scope: 'col' }, each))),
  );
  refill(table.tBodies[0], ...rows);
}

const CONTROLS = 'button, input, select, textarea';

const nameOf = (control) =>
  control.getAttribute('aria-label') ?? control.labels?.[0]?.textContent ?? control.textContent;

/**
 * Gives an element other children. What had the focus among the old ones has it among the new ones:
 * the control with the same name, or else the first.
 */
export function refill(parent, ...children) {
  const focused = document.activeElement;
  const name = parent.contains(focused) && focused.matches(CONTROLS) ? nameOf(focused) : undefined;
  parent.replaceChildren(...children);
  if (name === undefined) return;
  const controls = [...parent.querySelectorAll(CONTROLS)].filter(({ disabled }) => !disabled);
  const same = controls.find((each) => nameOf(each) === name) ?? controls[0];
  same?.focus({ preventScroll: true });
}

let silence;

/** Tells the user something for a while. */
export function say(text) {
  byId('said').textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => (byId('said').textContent = ''), 6000);
}

/** The bytes of a file, saved under a name. */
export function saveFile(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
