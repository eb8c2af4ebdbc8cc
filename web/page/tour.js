// SPDX-License-Identifier: MIT OR Apache-2.0
// The guided example: why does malloc(100) after two frees return that address?
// Each stop is a position in the requests and what is to be seen there.
import { hex } from '../../cli/heap/classes.js';
import { FREE, MALLOC } from '../../js/recording.js';

const [A, B, C, D, E] = [0, 1, 2, 3, 4];
const op = (slot, kind, size = 0) => [slot * 4 + kind, size];

/** malloc a, b, c, d; free a and c; malloc e. */
export const TOUR_OPS = Uint32Array.from(
  [
    op(A, MALLOC, 100),
    op(B, MALLOC, 40),
    op(C, MALLOC, 100),
    op(D, MALLOC, 40),
    op(A, FREE),
    op(C, FREE),
    op(E, MALLOC, 100),
  ].flat(),
);

/** The stops; `p(n)` is what request n returned, from 0 on, as text. */
export const STOPS = [
  {
    at: 0,
    text: () =>
      'Two blocks of 100 bytes will be freed, and then 100 bytes asked for again. Both fit: which one is returned, and why? Press Next, and look at Memory and Index below.',
  },
  {
    at: 4,
    text: (p) =>
      `Four blocks lie one behind the other: a at ${p(0)} and c at ${p(2)} have 100 bytes each, b and d 40. Each is a header and a payload. Point at one of them, or focus Memory and press the arrow keys.`,
  },
  {
    at: 5,
    text: (p) =>
      `free(a). Its neighbour b is in use, so nothing joins. The block at ${p(0)} now also lies in a bin: the list of free blocks of its size. One bit of the map says that this bin holds something.`,
  },
  {
    at: 6,
    text: (p) =>
      `free(c). It goes to the front of the same bin. The list is now c, a: ${p(2)} and then ${p(0)}. Choose the lit cell in Index to see both.`,
  },
  {
    at: 7,
    text: (p) =>
      `malloc(100) returns ${p(6)}: the block that was c. Not the lowest address, nor the oldest: the size says which bin, and the first of its list was freed last, so its bytes are probably still in the cache. No other block was looked at; that is why the time has a bound.`,
  },
];

/** What the blocks are called after `at` requests, by their payloads: a freed one keeps its name. */
export function namesAt(at, { pointer }) {
  const names = {};
  for (const [name, n] of Object.entries({ a: 0, b: 1, c: 2, d: 3, e: 6 }))
    if (n < at) names[pointer[n]] = name;
  return names;
}

/** What request n returned, as text. */
export const pointerText = (results) => (n) => hex(results.pointer[n]);
