// SPDX-License-Identifier: MIT OR Apache-2.0
// Runs in a browser: has docs/heap/index.html in a frame, uses every control of
// it and reads what the page then says. It returns what was wrong, and which
// controls nobody used.
import { observe } from '../../js/record.js';
import { createHeap } from '../../js/index.js';

const URL_OF_PAGE = '/docs/heap/index.html';
const CONTROLS = 'button, select, input, textarea, canvas[tabindex]';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const PATIENCE = 60_000; // milliseconds: others may use the processors of this machine

async function until(holds, what) {
  const stop = performance.now() + PATIENCE;
  while (!holds()) {
    if (performance.now() > stop) throw new Error(`never: ${what}`);
    await wait(25);
  }
}

function framed() {
  const frame = document.createElement('iframe');
  frame.style = 'width: 1200px; height: 900px';
  frame.src = URL_OF_PAGE;
  document.body.append(frame);
  return frame;
}

/** What a control is called, as its label or text says. */
const nameOf = (control) =>
  control.getAttribute('aria-label') ??
  control.labels?.[0]?.textContent.trim() ??
  control.textContent.trim();

class Page {
  constructor(frame) {
    this.frame = frame;
    this.used = new Set();
    this.wrong = [];
  }

  get document() {
    return this.frame.contentDocument;
  }

  id(name) {
    return this.document.getElementById(name);
  }

  text(name) {
    return this.id(name).textContent;
  }

  /** The key of a control: its id, or in which part it is and what it is called. */
  keyOf(control) {
    if (control.closest('#cells')) return 'a cell';
    return (
      control.id || `${control.closest('[id]').id}: ${nameOf(control).replace(/0x\w+.*|\d+/g, 'n')}`
    );
  }

  /** Every control that is there now, seen or used. */
  controls() {
    return [...this.document.querySelectorAll(CONTROLS)];
  }

  use(control) {
    this.used.add(this.keyOf(control));
    return control;
  }

  click(control) {
    this.use(control).click();
  }

  button(part, name) {
    const all = [...this.id(part).querySelectorAll('button')];
    const found = all.find((each) => nameOf(each) === name || each.textContent.trim() === name);
    if (!found) throw new Error(`there is no button ${name} in ${part}`);
    return found;
  }

  set(control, value, event = 'change') {
    this.use(control).value = value;
    control.dispatchEvent(new this.frame.contentWindow.Event(event, { bubbles: true }));
  }

  key(target, key) {
    const { KeyboardEvent } = this.frame.contentWindow;
    this.use(target).dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
    );
  }

  at() {
    return Number(this.id('position').value);
  }

  /** A number of the first row of the table. */
  number(column) {
    const cells = [...this.document.querySelectorAll('#stats tbody tr:first-child > *')];
    return Number(cells[column].textContent.replaceAll(',', ''));
  }

  async expect(what, holds) {
    try {
      await until(holds, what);
    } catch (error) {
      this.wrong.push(error.message);
    }
  }
}

async function transport(page) {
  const length = Number(page.id('position').max);
  for (const [id, at] of [
    ['start', 0],
    ['forth', 1],
    ['end', length],
    ['back', length - 1],
  ]) {
    page.click(page.id(id));
    await page.expect(`${id} goes to ${at}`, () => page.at() === at);
  }
  page.set(page.id('position'), 3, 'input');
  await page.expect('the slider goes to 3', () => page.at() === 3 && page.id('jump').value === '3');
  page.set(page.id('jump'), 2);
  await page.expect('the number goes to 2', () => page.at() === 2);
  page.set(page.id('speed'), 100);
  page.click(page.id('play'));
  await page.expect(
    'it plays to the end',
    () => page.at() === length && nameOf(page.id('play')) === 'Play',
  );
}

async function tour(page) {
  page.click(page.button('tabs', 'Guided example'));
  for (let n = 2; n <= 5; n++) {
    page.click(page.button('panel', 'Next'));
    await page.expect(`stop ${n}`, () => page.text('panel').includes(`${n} of 5`));
  }
  await page.expect('the answer', () => /malloc\(100\) returns 0x/.test(page.text('panel')));
  await page.expect('the steps', () =>
    /bin 11 \(96 to 112 bytes\).*freed last/.test(page.text('steps')),
  );
  const show = page.id('steps').querySelector('button');
  page.click(show);
  show.focus();
  page.click(page.button('panel', 'Back'));
  await page.expect('back', () => page.text('panel').includes('4 of 5'));
  const lit = page.id('cells').querySelector('.lit');
  page.click(lit);
  await page.expect('the bin and its list', () => /2 blocks: 0x\w+ → 0x\w+/.test(page.text('bin')));
  page.click(page.id('bin').querySelector('button'));
  await page.expect('a block of it', () =>
    /112 bytes free, in bin 11, number 1 of 2/.test(page.text('block')),
  );
}

async function hand(page) {
  page.click(page.button('tabs', 'By hand'));
  page.click(page.button('panel', 'Begin anew'));
  await page.expect('nothing is there', () => page.number(2) === 0);
  page.set(page.id('panel').querySelector('input'), 1000);
  page.click(page.button('panel', 'malloc'));
  await page.expect('a block', () => page.number(2) === 1 && page.number(1) === 1000);
  page.set(page.id('panel').querySelector('input'), 50);
  page.click(page.button('panel', 'calloc'));
  await page.expect('two blocks', () => page.number(1) === 1050);
  page.click(page.id('panel').querySelector('.chips button'));
  page.set(page.id('panel').querySelector('input'), 2000);
  page.click(page.button('panel', 'realloc'));
  await page.expect('the first one is larger', () => page.number(1) === 2050);
  page.click(page.button('panel', 'free'));
  await page.expect('one block', () => page.number(2) === 1 && page.number(1) === 50);
  await page.expect('in words', () => /^free\(0x/.test(page.text('call')));
}

async function random(page) {
  page.click(page.button('tabs', 'Random'));
  const [seed, requests, live, most] = page.id('panel').querySelectorAll('input');
  for (const [control, value] of [
    [seed, 7],
    [requests, 500],
    [live, 40],
    [most, 900],
  ])
    page.set(control, value);
  page.click(page.button('panel', 'Make requests'));
  await page.expect('500 requests', () => page.at() === 500 && page.number(2) > 20);
  page.click(page.button('panel', '100,000 blocks'));
  await page.expect('100,000 blocks', () => Math.abs(page.number(2) - 100_000) < 5000);
}

async function recordings(page) {
  page.click(page.button('tabs', 'Recordings'));
  const names = [...page.id('panel').querySelectorAll('button')]
    .map(nameOf)
    .filter((name) => /^\w+$/.test(name));
  if (names.length !== 12) page.wrong.push(`recordings: ${names}`);
  for (const name of names) {
    page.click(page.button('panel', name));
    await page.expect(
      name,
      () =>
        page.at() === 5000 && page.button('panel', name).getAttribute('aria-pressed') === 'true',
    );
  }
  page.click(page.button('panel', 'Save these requests'));
  const chooser = page.use(page.id('panel').querySelector('input[type=file]'));
  const { DataTransfer, File } = page.frame.contentWindow;
  const files = new DataTransfer();
  files.items.add(
    new File([Uint8Array.from([0xfc, 255, 255, 255, 15, 0, 0, 100, 4, 50])], 'own.recording'),
  );
  chooser.files = files.files;
  chooser.onchange();
  await page.expect('a file of two requests', () => page.at() === 2 && page.number(1) === 150);
}

async function script(page) {
  page.click(page.button('tabs', 'Script'));
  page.click(page.button('panel', 'Run'));
  await page.expect('the example', () => page.at() === 266);
  page.set(page.id('panel').querySelector('textarea'), 'heap.malloc(77); heap.malloc(random(1));');
  page.click(page.button('panel', 'Run'));
  await page.expect('two requests', () => page.at() === 2 && page.number(1) === 77);
  page.set(page.id('panel').querySelector('textarea'), 'throw new Error("mine")');
  page.click(page.button('panel', 'Run'));
  await page.expect('an error is told', () => /The script failed: mine/.test(page.text('said')));
}

async function observed(page) {
  page.click(page.button('tabs', 'Your page'));
  const { heap, stop } = observe(createHeap(), page.frame.contentWindow, { every: 10 });
  const p = heap.malloc(300);
  await page.expect('a request arrives', () => page.at() === 1 && page.number(1) === 300);
  heap.malloc(400);
  heap.free(p);
  await page.expect('more arrive', () => page.at() === 3 && page.number(1) === 400);
  stop();
}

/** Of others nobody knows free blocks; their memory and instructions are beside ours. */
async function besideOthers(page) {
  page.set(page.id('beside'), 'dlmalloc');
  await page.expect('memory of dlmalloc', () => /dlmalloc/.test(page.text('bytes-legend')));
  await page.expect('its instructions', () => /malloc, dlmalloc/.test(page.text('bounds')));
  const [first, second] = [...page.id('stats').tBodies[0].rows].map(({ cells }) => cells);
  if (!/^\d+$/.test(first[4].textContent) || second[4].textContent !== '-')
    page.wrong.push(`free blocks: ${first[4].textContent}, ${second[4].textContent}`);
  const map = page.id('map2');
  const { left, top } = map.getBoundingClientRect();
  const { PointerEvent } = page.frame.contentWindow;
  const [clientX, clientY] = [left + 400, top + 30];
  map.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY, bubbles: true }));
  const said = page.text('block');
  if (!/^dlmalloc.*, 0x\w+: [\d,]+ bytes? (in use|free)/.test(said)) page.wrong.push(said);
  page.set(page.id('beside'), '');
}

async function builds(page) {
  page.click(page.button('tabs', 'Recordings'));
  page.click(page.button('panel', 'sqlite'));
  await page.expect('sqlite', () => page.at() === 5000);
  const asked = page.number(1);
  const choices = [...page.id('build').options];
  const options = choices.filter(({ disabled }) => !disabled).map(({ value }) => value);
  if (choices.length === options.length) page.wrong.push('what cannot be shown is not told');
  for (const build of options) {
    page.set(page.id('build'), build);
    await page.expect(
      build,
      () =>
        page.text('stats').includes(`${build}.wasm`) &&
        page.text('about').startsWith(`${build}.wasm: `) &&
        page.number(1) === asked,
    );
  }
  page.set(page.id('build'), 'tlsf');
  for (const other of [...page.id('beside').options].map(({ value }) => value).reverse()) {
    page.set(page.id('beside'), other);
    const rows = other ? 2 : 1;
    await page.expect(
      `beside: ${other}`,
      () => page.id('stats').tBodies[0].rows.length === rows && page.id('second').hidden === !other,
    );
  }
  await besideOthers(page);
  return options;
}

async function memory(page) {
  const map = page.id('map');
  const range = () => page.text('range');
  for (const [id, words] of [
    ['everything', /0x00000 to 0x100000000, /],
    ['closer', /MiB a row/],
    ['farther', /0x00000 to 0x100000000, /],
    ['whole', /^0x00000 to 0x\w{5},/],
    ['down', /^0x(?!00000)/],
    ['up', /^0x00000/],
  ]) {
    page.click(page.id(id));
    await page.expect(`${id}: ${range()}`, () => words.test(range()));
  }
  for (let i = 0; i < 9; i++) page.key(map, '+');
  await page.expect('single bytes', () => /16 bytes a row: single bytes/.test(range()));
  page.key(map, '0');
  page.key(map, 'ArrowRight');
  const before = page.text('block');
  page.key(map, 'ArrowDown');
  await page.expect(
    'another block',
    () => page.text('block') !== before && /bytes (in use|free)/.test(page.text('block')),
  );
  const [, row] = page.id('blocks').tBodies[0].rows;
  const [address] = row.textContent.match(/^0x[0-9a-f]+/);
  page.click(row.querySelector('button'));
  await page.expect('the block of a row', () => page.text('block').startsWith(`${address}: `));
  page.key(map, 'PageDown');
  page.key(map, 'PageUp');
  page.click(page.id('copy'));
  await page.expect('a link', () => /link|address/.test(page.text('said')));
}

/** The state that a link restores, in words. */
const seen = (page) => ['stats', 'range', 'call', 'of'].map((id) => page.text(id)).join('|');

async function links(page) {
  page.set(page.id('jump'), 4321);
  await page.expect('4321', () => /at=4321/.test(page.frame.contentWindow.location.hash));
  const [state, hash] = [seen(page), page.frame.contentWindow.location.hash];
  page.click(page.button('tabs', 'Guided example'));
  const now = () => page.frame.contentWindow.location.hash;
  await page.expect('elsewhere', () => seen(page) !== state && /tab=tour/.test(now()));
  page.frame.contentWindow.location.hash = hash;
  await page.expect(`a link restores ${hash}: ${state}`, () => seen(page) === state);
}

/** A click into a picture of all requests goes to one. */
async function charts(page) {
  const { MouseEvent } = page.frame.contentWindow;
  for (const id of ['lives', 'bytes', 'fragmentation', 'costs']) {
    page.click(page.id('start'));
    const canvas = page.id(id);
    const middle = canvas.getBoundingClientRect();
    const clientX = middle.left + 64 + (middle.width - 70) / 2;
    canvas.dispatchEvent(new MouseEvent('click', { clientX, bubbles: true }));
    const half = Number(page.id('position').max) / 2;
    await page.expect(`${id}: the middle`, () => Math.abs(page.at() - half) <= half / 50);
  }
}

/** Watches for what must not be: errors, requests. */
function watch(page) {
  const { contentWindow: win } = page.frame;
  for (const type of ['error', 'unhandledrejection', 'securitypolicyviolation'])
    win.addEventListener(type, (event) =>
      page.wrong.push(`${type}: ${event.message ?? event.reason ?? event.violatedDirective}`),
    );
  for (const name of ['error', 'warn'])
    win.console[name] = (...args) => page.wrong.push(`console.${name}: ${args.join(' ')}`);
  return () => {
    const made = win.performance.getEntriesByType('resource').map(({ name }) => name);
    page.wrong.push(
      ...made.filter((name) => !/^(data|blob):/.test(name)).map((name) => `a request of ${name}`),
    );
  };
}

const PARTS = {
  tour,
  transport,
  hand,
  random,
  recordings,
  script,
  observed,
  builds,
  memory,
  charts,
  links,
};

/** {wrong, unused, builds}: what did not happen; what nobody used. */
export async function main() {
  const page = new Page(framed());
  await until(() => page.document?.querySelectorAll('#stats tbody tr').length, 'the page draws');
  const end = watch(page);
  const all = new Set();
  const note = () => page.controls().forEach((each) => all.add(page.keyOf(each)));
  let shown;
  for (const [name, part] of Object.entries(PARTS)) {
    try {
      shown = (await part(page)) ?? shown;
    } catch (error) {
      page.wrong.push(`${name}: ${error.message}`);
    }
    note();
  }
  end();
  return {
    wrong: page.wrong,
    unused: [...all].filter((key) => !page.used.has(key)),
    builds: shown,
  };
}
