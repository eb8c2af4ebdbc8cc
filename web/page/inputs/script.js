// SPDX-License-Identifier: MIT OR Apache-2.0
// A script that is typed: JavaScript against a heap, whose requests are kept.
import { count } from '../../../cli/heap/classes.js';
import { instantiate } from '../../../cli/heap/machine.js';
import { CALLOC, MALLOC, slotted } from '../../../js/recording.js';
import { make, say } from '../dom.js';
import { button, MOST_REQUESTS, row } from './controls.js';

const EXAMPLE = `// heap: malloc, free, calloc, realloc. random(n): 0 to n - 1.
const list = [];
for (let i = 0; i < 200; i++) {
  list.push(heap.malloc(16 + random(300)));
  if (i % 3 === 2) heap.free(list.splice(random(list.length), 1)[0]);
}
`;

const lacking = (name) => () => {
  throw new Error(`this build has no ${name}`);
};

/** The heap that a script sees. */
function toldHeap(module, { get, give, resize }) {
  const { memory, malloc, free, calloc, realloc } = instantiate(module);
  const got = (kind, p, size) => {
    if (p) get(kind, p, size);
    return p;
  };
  const resized = (q, p, size) => {
    if (q) resize(p, q, size);
    return q;
  };
  return {
    memory,
    malloc: (n) => got(MALLOC, malloc(n) >>> 0, n),
    calloc: calloc ? (k, n) => got(CALLOC, calloc(k, n) >>> 0, k * n) : lacking('calloc'),
    realloc: realloc ? (p, n) => resized(realloc(p, n) >>> 0, p, n) : lacking('realloc'),
    free(p) {
      free(p);
      give(p);
    },
  };
}

/** Numbers below n, the same each time. */
function repeatable() {
  let state = 1;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % n;
  };
}

/** The requests that a script makes of a heap of this module. */
export function runScript(module, text) {
  const ops = [];
  const slots = slotted((what, size) => {
    if (ops.length >= 2 * MOST_REQUESTS)
      throw new RangeError(`more than ${count(MOST_REQUESTS)} requests`);
    ops.push(what, size);
  });
  new Function('heap', 'random', text)(toldHeap(module, slots), repeatable());
  return Uint32Array.from(ops);
}

export function script(app) {
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
