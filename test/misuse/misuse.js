// SPDX-License-Identifier: MIT OR Apache-2.0
// Kinds of misuse. A row of a table: what is done, what the build for debugging
// must say of it, and the check that says so. `spoil` prepares an instance and
// returns the pointer that is passed, or written around; the last call is the
// one that must trap.
import assert from 'node:assert/strict';
import { heapOf as loaded } from '../../js/any.js';
import { logSize, random } from '../support/random.js';

export const KINDS = {
  MISALIGNED: 1,
  FOREIGN: 2,
  FREED: 3,
  INTERIOR: 4,
  WRITE_BEFORE: 5,
  WRITE_BEHIND: 6,
  WRITE_FREED: 7,
  BROKEN_HEAP: 8,
};

/** An instance's heap as the tables use it. */
export function heapOf(exports) {
  const bytes = () => new Uint8Array(exports.memory.buffer);
  const words = () => new Uint32Array(exports.memory.buffer);
  return {
    ...exports,
    end: () => exports.memory.buffer.byteLength,
    write: (at, value, n = 1) => bytes().fill(value, at, at + n),
    word: (at) => words()[at / 4],
    setWord: (at, value) => (words()[at / 4] = value),
  };
}

/** Three blocks in a row; the one in the middle is what is misused. */
function row(h, size = 40) {
  const before = h.malloc(size);
  const p = h.malloc(size);
  const after = h.malloc(size);
  return { before, p, after };
}

/** A pointer within a block that is full of words. */
function within(h, wordAt) {
  const { p } = row(h, 400);
  for (let i = 0; i < 100; i++) h.setWord(p + 4 * i, wordAt(i));
  return p + 64;
}

/** Pointers that are not those of live blocks: [name, kind, check, does hard trap?, spoil]. */
const POINTERS = [
  [
    'freed',
    'FREED',
    'freed',
    true,
    (h) => {
      const { p } = row(h);
      h.free(p);
      return p;
    },
  ],
  [
    'freed, joined with the block before',
    'FREED',
    'freed',
    true,
    (h) => {
      const { before, p } = row(h);
      h.free(before);
      h.free(p);
      return p;
    },
  ],
  [
    'freed, joined with the blocks on both sides',
    'FREED',
    'freed',
    true,
    (h) => {
      const { before, p, after } = row(h);
      h.malloc(40);
      h.free(after);
      h.free(p);
      h.free(before);
      return p;
    },
  ],
  [
    'moved by realloc',
    'FREED',
    'freed',
    true,
    (h) => {
      const { p } = row(h);
      return h.realloc(p, 4000) === p ? 0 : p;
    },
  ],
  [
    'aligned, freed',
    'FREED',
    'freed',
    true,
    (h) => {
      const p = h.aligned_alloc(256, 40);
      h.malloc(40);
      h.free(p);
      return p;
    },
  ],
  ['within a block not written yet', 'INTERIOR', 'interior', false, (h) => row(h, 400).p + 64],
  [
    'within zeros',
    'INTERIOR',
    'interior',
    true,
    (h) => {
      const { p } = row(h, 400);
      h.write(p, 0, 400);
      return p + 64;
    },
  ],
  [
    'within an array of small numbers',
    'INTERIOR',
    'interior',
    true,
    (h) => {
      const { p } = row(h, 400);
      for (let i = 0; i < 400; i += 4) h.setWord(p + i, 32);
      return p + 64;
    },
  ],
  [
    'within an array of the number 7, of 64 bits',
    'INTERIOR',
    'interior',
    true,
    (h) => within(h, (i) => (i % 2 ? 0 : 7)),
  ],
  ['behind the bytes of a block', 'INTERIOR', 'interior', false, (h) => row(h, 64).p + 64],
  ['one byte too high', 'MISALIGNED', 'misaligned', true, (h) => row(h).p + 1],
  ['eight bytes too high', 'MISALIGNED', 'misaligned', true, (h) => row(h).p + 8],
  ['of the data before the heap', 'FOREIGN', 'foreign', true, (h) => (row(h), 48)],
  ['of the end marker', 'FOREIGN', 'foreign', true, (h) => (row(h), h.end() - 16)],
  [
    'of memory that others grew',
    'FOREIGN',
    'foreign',
    true,
    (h) => {
      row(h);
      return h.memory.grow(1) * 65536 + 256;
    },
  ],
  ['beyond memory', 'FOREIGN', 'foreign', false, (h) => (row(h), 0x7ffffff0)],
];

const CALLS = {
  free: (h, p) => h.free(p),
  realloc: (h, p) => h.realloc(p, 100),
  malloc_usable_size: (h, p) => h.malloc_usable_size(p),
};

const ofPointers = POINTERS.flatMap(([name, kind, check, hard, spoil]) =>
  Object.entries(CALLS).map(([call, act]) => ({
    name: `${call} of a pointer ${name}`,
    kind: KINDS[kind],
    check,
    hard,
    spoil,
    act,
  })),
);

/** Writes around a live block: where from its pointer or from its end, and how many bytes. */
const AROUND = [
  ['the byte behind it', 'WRITE_BEHIND', 'behind', (p, size) => [p + size, 1]],
  ['the last byte of the fence', 'WRITE_BEHIND', 'behind', (p, size) => [p + size + 15, 1]],
  ['16 bytes behind it', 'WRITE_BEHIND', 'behind', (p, size) => [p + size, 16]],
  ['48 bytes behind it', 'WRITE_BEHIND', 'behind', (p, size) => [p + size, 48]],
  ['the byte before it', 'WRITE_BEFORE', 'before', (p) => [p - 1, 1]],
  ['16 bytes before it', 'WRITE_BEFORE', 'before', (p) => [p - 16, 16]],
];

const ofWrites = AROUND.flatMap(([name, kind, check, where]) =>
  Object.entries({ ...CALLS, tlsf_live_check: (h) => h.tlsf_live_check() }).map(([call, act]) => ({
    name: `${call} after a write to ${name}`,
    kind: KINDS[kind],
    check,
    hard: false,
    spoil(h) {
      const { p } = row(h, 41);
      const [at, n] = where(p, 41);
      h.write(at, 1, n);
      return p;
    },
    act,
  })),
);

/** Writes to freed memory: from its pointer, and the call that finds it. */
const FREED = [
  ['the first byte', 0, 'malloc', (h) => h.malloc(41)],
  ['the last byte', 40, 'malloc', (h) => h.malloc(41)],
  ['the first byte', 0, 'calloc', (h) => h.calloc(1, 41)],
  ['a byte within', 20, 'aligned_alloc', (h) => h.aligned_alloc(16, 41)],
  ['a byte within', 20, 'posix_memalign', (h) => h.posix_memalign(h.place, 16, 41)],
  ['a byte within', 20, 'realloc of another block', (h) => h.realloc(h.other, 41)],
  ['a byte within', 20, 'tlsf_live_check', (h) => h.tlsf_live_check()],
];

const ofFreed = FREED.map(([name, at, call, act]) => ({
  name: `${call} after a write to ${name} of a freed block`,
  kind: KINDS.WRITE_FREED,
  check: call === 'tlsf_live_check' ? 'walk' : 'dead',
  hard: false,
  word: at & ~3, // where it must be found
  spoil(h) {
    const { p } = row(h, 41);
    Object.assign(h, { other: h.malloc(1), place: h.malloc(4) });
    h.free(p);
    h.write(p + at, 1);
    return p;
  },
  act,
}));

/** The same behind all blocks, found when memory has grown; `back` is how far before its end. */
const ofEnd = [12, 16, 24, 400].map((back) => ({
  name: `malloc that grows memory after a write to what was free, ${back} bytes before its end`,
  kind: KINDS.WRITE_FREED,
  check: 'dead',
  hard: false,
  word: 0,
  spoil(h) {
    h.malloc(1);
    h.write(h.end() - back, 1);
    return h.end() - back;
  },
  act: (h) => h.malloc(70000),
}));

/** The block of the flat heap that a pointer's bytes lie in; `front` is what is before them. */
const headerOf = (p, front) => p - front - 8;

/** Headers, links and the list of live blocks overwritten: by no pointer of the program's. */
const BROKEN = [
  [
    'the size of a block',
    'fits',
    true,
    (h, p, front) => h.setWord(headerOf(p, front) + 4, h.word(headerOf(p, front) + 4) + 16),
    (h, p) => h.free(p),
  ],
  [
    'the size before a block, by what is no size',
    'fits',
    false,
    (h, p) => h.setWord(p - 20, 0x7fffffff),
    (h, p) => h.free(p),
  ],
  [
    'the size before a block, by a larger one',
    'fits',
    false,
    (h, p) => h.setWord(p - 20, 4000),
    (h, p) => h.free(p),
  ],
  [
    'the way back to the block before',
    'back',
    true,
    (h, p, front) => h.setWord(headerOf(p, front), -57 - 16),
    (h, p) => h.free(p),
  ],
  [
    'the way back that the next block has',
    'header',
    true,
    (h, p, front) => {
      const size = h.word(headerOf(p, front) + 4);
      h.setWord(headerOf(p, front) + size, 0);
    },
    (h, p) => h.free(p),
  ],
  [
    'the list of live blocks',
    'list',
    false,
    (h, p) => h.setWord(p - 32, p - 32),
    (h, p) => h.free(p),
  ],
  [
    'the next link of a free block',
    'links',
    true,
    (h, p, front) => {
      h.free(p);
      h.setWord(headerOf(p, front) + 8, headerOf(p, front) + 64);
    },
    (h) => h.malloc(40),
  ],
  [
    'the other link of a free block',
    'links',
    true,
    (h, p, front) => {
      h.free(p);
      h.setWord(headerOf(p, front) + 12, headerOf(p, front) - 64);
    },
    (h) => h.malloc(40),
  ],
  [
    'the size of a free block',
    'size',
    true,
    (h, p, front) => {
      h.free(p);
      const at = headerOf(p, front) + 4;
      h.setWord(at, h.word(at) + 16);
    },
    (h) => h.malloc(40),
  ],
];

const ofHeap = BROKEN.map(([name, check, hard, spoil, act]) => ({
  name: `${name} overwritten`,
  kind: KINDS.BROKEN_HEAP,
  check,
  hard,
  word: undefined,
  spoil(h) {
    const { p } = row(h);
    spoil(h, p, h.tlsf_faulted ? 32 : 0);
    return p;
  },
  act,
}));

export const MISUSE = [...ofPointers, ...ofWrites, ...ofFreed, ...ofEnd, ...ofHeap];

/** What the build for production must find, and the other one names otherwise or has no such thing. */
const HARD = [
  ...Object.entries(CALLS).map(([call, act]) => ({
    name: `${call} of a pointer within pairs of the key and 0`,
    spoil: (h) => within(h, (i) => (i % 2 ? 0 : -57)),
    act,
  })),
  ...[[0], [4], [0, 4]].map((words) => ({
    name: `malloc after 0 was written to a freed block, at ${words.join(' and ')}`,
    spoil(h) {
      const [a, , p] = Array.from({ length: 4 }, () => h.malloc(100));
      h.free(a);
      h.free(p); // a follows it in its list
      for (const word of words) h.setWord(p + word, 0);
      return p;
    },
    act: (h) => h.malloc(100),
  })),
];

/** What the build for production must find. */
export const IN_HARD = [...MISUSE.filter((misuse) => misuse.hard), ...HARD];

/** What an instance says of a misuse: {kind, pointer, p}, or undefined if it does not trap. */
export function found(exports, { spoil, act }) {
  const h = heapOf(exports);
  const p = spoil(h);
  try {
    act(h, p);
  } catch (error) {
    assert(error instanceof WebAssembly.RuntimeError);
    const at = h.tlsf_faulted?.() ?? 0;
    return { kind: at && h.word(at), pointer: at && h.word(at + 4), p, error };
  }
  return undefined;
}

/**
 * How many words of the blocks that malloc returns may be addresses of the heap,
 * in random operations of a program that writes none. The heap begins at 16 MiB,
 * so that no size looks like an address.
 */
export function addressesSeen(exports, seed) {
  const h = heapOf(exports);
  const start = h.memory.grow(255) * 65536 + 255 * 65536;
  const below = random(seed);
  const live = [];
  let seen = 0;
  for (let i = 0; i < 3000; i++) {
    if (live.length && below(2)) h.free(live.splice(below(live.length), 1)[0]);
    const align = 16 << below(4);
    const p = h.aligned_alloc(align, logSize(below, 9));
    const size = h.malloc_usable_size(p);
    for (let at = p; at < p + size; at += 4) {
      const word = h.word(at);
      seen += Number(word >= start && word < h.end());
    }
    h.write(p, 0xff, size);
    live.push(p);
    if (below(4) === 0) {
      const q = live.pop();
      live.push(h.realloc(q, logSize(below, 9)));
    }
  }
  return seen;
}

/** The leak report of the loader for an instance. */
export const createLeaks = (exports) => loaded(exports).leaks();

/** Random operations of a program without misuse, in which nothing is found. */
export function useWell(exports, seed) {
  const h = heapOf(exports);
  const below = random(seed);
  const live = new Map(); // pointer => [size, byte, order]
  let order = 0;
  const fresh = 0xcd; // docs/debugging.md
  const add = (p, size, number) => {
    assert(p && !live.has(p) && h.malloc_usable_size(p) === size);
    assert.equal(h.tlsf_live_order(p), number);
    const byte = 1 + below(255);
    h.write(p, byte, size);
    live.set(p, [size, byte, number]);
  };
  const take = () => {
    const p = [...live.keys()][below(live.size)];
    const [size, byte, number] = live.get(p);
    live.delete(p);
    return { p, size, byte, number };
  };
  const holds = (p, size, byte) => {
    const bytes = new Uint8Array(h.memory.buffer, p, size);
    assert(bytes.every((each) => each === byte));
  };
  for (let i = 0; i < 4000; i++) {
    const size = logSize(below, 14);
    const dice = below(10);
    if (dice < 4 && live.size) {
      const { p, size: old, byte } = take();
      holds(p, old, byte);
      h.free(p);
    } else if (dice < 6 && live.size) {
      const { p, size: old, byte, number } = take();
      const q = h.realloc(p, size);
      assert.equal(q === p, size <= old);
      holds(q, Math.min(old, size), byte);
      add(q, size, number);
    } else if (dice < 7) {
      const align = 2 ** below(13);
      const p = h.aligned_alloc(align, size);
      assert.equal(p % Math.max(align, 16), 0);
      add(p, size, ++order);
    } else if (dice < 8) {
      const p = h.calloc(1, size);
      holds(p, size, 0);
      add(p, size, ++order);
    } else {
      const p = h.malloc(size);
      holds(p, size, fresh);
      add(p, size, ++order);
    }
    if (below(50) === 0) h.memory.grow(1);
    if (below(20) === 0) assert.equal(h.tlsf_live_check(), live.size);
  }
  const report = createLeaks(h);
  const numbers = [...live].map(([pointer, [size, , number]]) => ({
    pointer,
    size,
    order: number,
  }));
  assert.deepEqual(
    report,
    numbers.sort((a, b) => a.order - b.order),
  );
  for (const p of live.keys()) h.free(p);
  assert.deepEqual(createLeaks(h), []);
}
