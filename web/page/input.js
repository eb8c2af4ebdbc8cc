// SPDX-License-Identifier: MIT OR Apache-2.0
// Where requests come from: the guided example, buttons, random loads, the
// bench's recordings, a script, a file, a page that observes its heap.
import { bytesText, count, hex } from '../../js/heap/classes.js';
import { randomLoad } from '../../js/heap/loads.js';
import { instantiate } from '../../js/heap/machine.js';
import {
  CALLOC,
  FIRST_BYTE,
  FREE,
  MALLOC,
  pack,
  packPause,
  REALLOC,
  slotted,
  unpack,
} from '../../js/recording.js';
import { inflated } from './data.js';
import { make, saveFile, say } from './dom.js';
import { pointerText, STOPS } from './tour.js';

const MOST_REQUESTS = 500_000;
const EXAMPLE = `// heap: malloc, free, calloc, realloc. random(n): 0 to n - 1.
const list = [];
for (let i = 0; i < 200; i++) {
  list.push(heap.malloc(16 + random(300)));
  if (i % 3 === 2) heap.free(list.splice(random(list.length), 1)[0]);
}
`;

const paragraph = (text) => make('p', { className: 'quiet' }, text);
const number = (value, least, most, label) =>
  make('input', { type: 'number', value, min: least, max: most, 'aria-label': label });
const button = (text, onclick, more = {}) => make('button', { onclick, ...more }, text);
const row = (...children) => make('div', { className: 'row' }, ...children);
const labelled = (text, input) => make('label', {}, `${text} `, input);
const valueOf = (input) =>
  Math.max(Number(input.min), Math.min(Math.floor(Number(input.value)), Number(input.max)));

/* ---- The guided example ---- */

function tour(app) {
  const now = app.stop ?? 0;
  const to = (n) => () => app.goToStop(n);
  const { text } = STOPS[now];
  return [
    make('p', {}, make('b', {}, 'Why did malloc(100) after two frees return that address?')),
    make('p', { role: 'status' }, text(pointerText(app.run.scout.results))),
    row(
      button('Back', to(now - 1), { disabled: now === 0 }),
      button('Next', to(now + 1), { disabled: now === STOPS.length - 1, className: 'main' }),
      make('span', { className: 'quiet' }, `${now + 1} of ${STOPS.length}`),
    ),
  ];
}

/* ---- By hand ---- */

const freeSlot = (slots) => {
  const i = slots.pointer.indexOf(0);
  return i < 0 ? slots.pointer.length : i;
};

/** A live block as a button that chooses it. */
function chip(app, slot) {
  const { pointer, size } = app.run.timeline.machine.slots;
  const text = `${hex(pointer[slot])} ${size[slot]}`;
  const choose = () => app.choose(slot);
  return button(text, choose, {
    'aria-pressed': String(app.chosen === slot),
    title: `the block of slot ${slot}`,
  });
}

function hand(app) {
  const { slots } = app.run.timeline.machine;
  const live = app.run.timeline.machine.live();
  if (!live.includes(app.chosen)) app.chosen = live.at(-1);
  const size = number(app.handSize ?? 100, 0, 2 ** 32 - 1, 'Bytes');
  const ask = (kind) => () => {
    app.handSize = valueOf(size);
    const isNew = kind === MALLOC || kind === CALLOC;
    const slot = isNew ? freeSlot(slots) : app.chosen;
    app.append([slot * 4 + kind, kind === FREE ? 0 : app.handSize], isNew ? slot : app.chosen);
  };
  const needs = { disabled: app.chosen === undefined };
  return [
    row(
      labelled('Bytes', size),
      button('malloc', ask(MALLOC), { className: 'main' }),
      button('calloc', ask(CALLOC)),
      button('realloc', ask(REALLOC), needs),
      button('free', ask(FREE), needs),
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
      ...live.slice(0, 200).map((slot) => chip(app, slot)),
    ),
  ];
}

/* ---- Random loads ---- */

function random(app) {
  const { seed = 1, count: requests = 2000, live = 150, most = 2000 } = app.source.random ?? {};
  const inputs = {
    seed: number(seed, 0, 2 ** 32 - 1, 'Seed'),
    count: number(requests, 1, MOST_REQUESTS, 'Requests'),
    live: number(live, 1, 200_000, 'Blocks in use'),
    most: number(most, 1, 2 ** 24, 'Largest size'),
  };
  const values = () =>
    Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, valueOf(input)]));
  const play = (options) => app.load(randomLoad(options), { tab: 'random', random: options });
  return [
    row(...Object.values(inputs).map((input) => labelled(input.getAttribute('aria-label'), input))),
    row(
      button('Make requests', () => play(values()), { className: 'main' }),
      button('100,000 blocks', () => play({ seed: 1, count: 300_000, live: 100_000, most: 200 })),
    ),
    paragraph(
      'Each power of two of sizes is equally likely. The same seed makes the same requests.',
    ),
  ];
}

/* ---- Recordings ---- */

function recordings(app) {
  const open = async () => {
    const [file] = chooser.files;
    if (file) await openBytes(app, new Uint8Array(await file.arrayBuffer()), file.name);
  };
  const chooser = make('input', {
    type: 'file',
    onchange: open,
    'aria-label': 'A recording of your program',
  });
  const pick = ({ name }) =>
    button(name, () => app.loadRecording(name), {
      'aria-pressed': String(app.source.trace === name),
    });
  const { name, length } = app.data.recordings.find((each) => each.name === app.source.trace) ?? {};
  return [
    paragraph('What real programs asked of malloc, the first 5,000 requests of each:'),
    row(...app.data.recordings.map(pick)),
    paragraph(
      name
        ? `${name} made ${count(length)} requests in all: ./build.sh map bench/traces/${name}.trace draws any moment.`
        : '',
    ),
    labelled('Your own:', chooser),
    row(
      button('Save these requests', () =>
        saveFile(
          'heap.recording',
          Uint8Array.from([...packPause(0), ...pack(app.run.timeline.ops)]),
        ),
      ),
    ),
    paragraph(
      'record(heap) of tlsf-wasm/record writes one in JavaScript, ./build.sh record of a native program: docs/see.md.',
    ),
  ];
}

const plainBytes = (bytes) => {
  if (bytes[0] === FIRST_BYTE) return bytes;
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return inflated(bytes, isGzip ? 'gzip' : 'brotli');
};

/** Shows the recording of a file. */
export async function openBytes(app, bytes, name) {
  try {
    const { ops } = unpack(await plainBytes(bytes));
    if (!ops.length) throw new Error('it holds no request');
    app.load(ops.slice(0, 2 * MOST_REQUESTS), { tab: 'recordings', file: name });
    say(`${name}: ${count(ops.length / 2)} requests, ${bytesText(bytes.length)}`);
  } catch (error) {
    say(`${name} can't be read here: ${error.message}`);
  }
}

/* ---- A script ---- */

/** The requests that a script makes of a heap of this module. */
export function runScript(module, text) {
  const ops = [];
  const { get, give, resize } = slotted((what, size) => {
    if (ops.length >= 2 * MOST_REQUESTS)
      throw new RangeError(`more than ${count(MOST_REQUESTS)} requests`);
    ops.push(what, size);
  });
  const { malloc, free, calloc, realloc, memory } = instantiate(module);
  const got = (kind, p, size) => {
    if (p) get(kind, p >>> 0, size);
    return p >>> 0;
  };
  const lacking = (name) => () => {
    throw new Error(`this build has no ${name}`);
  };
  const heap = {
    memory,
    malloc: (n) => got(MALLOC, malloc(n), n),
    calloc: calloc ? (k, n) => got(CALLOC, calloc(k, n), k * n) : lacking('calloc'),
    free: (p) => (free(p), give(p)),
    realloc: realloc ? (p, n) => resized(realloc(p, n) >>> 0, p, n) : lacking('realloc'),
  };
  const resized = (q, p, n) => {
    if (q) resize(p, q, n);
    return q;
  };
  let state = 1;
  const below = (n) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % n;
  new Function('heap', 'random', text)(heap, below);
  return Uint32Array.from(ops);
}

function script(app) {
  const area = make('textarea', {
    value: app.scriptText ?? EXAMPLE,
    spellcheck: false,
    'aria-label': 'Script',
  });
  const run = () => {
    app.scriptText = area.value;
    try {
      app.load(runScript(app.run.allocator.module, area.value), { tab: 'script' });
    } catch (error) {
      say(`The script failed: ${error.message}`);
    }
  };
  return [area, row(button('Run', run, { className: 'main' }))];
}

/* ---- A page that observes its heap ---- */

const LIVE = `import { createHeap } from 'tlsf-wasm';
import { observe } from 'tlsf-wasm/record';

const page = window.open('…/docs/heap/index.html');
const { heap } = observe(createHeap(), page);
heap.malloc(100); // and so on: it is seen here`;

function observed(app) {
  return [
    paragraph('A page of yours shows what it asks of its heap, while it runs:'),
    make('pre', {}, LIVE),
    make(
      'p',
      { role: 'status' },
      app.received
        ? `${count(app.received)} bytes of requests were received.`
        : 'Nothing was received yet.',
    ),
  ];
}

/** The tabs, in their order. */
export const TABS = {
  tour: { label: 'Guided example', panel: tour },
  hand: { label: 'By hand', panel: hand },
  random: { label: 'Random', panel: random },
  recordings: { label: 'Recordings', panel: recordings },
  script: { label: 'Script', panel: script },
  live: { label: 'Your page', panel: observed },
};
