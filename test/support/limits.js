// SPDX-License-Identifier: MIT OR Apache-2.0
// Where a module's memory ends. The linker writes that into one place of the
// module and nowhere else, so that one module serves for every end.
import { encoded, numbersOf } from './leb.js';

const MEMORIES = 5; // the section's number
const HAS_MAXIMUM = 1;

/** The sections of a module: where each begins, its number, its contents. */
function* sectionsOf(bytes) {
  const reader = numbersOf(bytes);
  for (reader.at = 8; reader.at < bytes.length;) {
    const start = reader.at;
    const id = reader.next();
    const size = reader.next();
    const end = reader.at + size;
    yield { id, start, end, contents: bytes.subarray(reader.at, end) };
    reader.at = end;
  }
}

/** The module with `maximum` pages of memory at most. It has one memory of its own. */
export function withMaximum(bytes, maximum) {
  const [{ start, end, contents }] = [...sectionsOf(bytes)].filter(({ id }) => id === MEMORIES);
  const numbers = numbersOf(contents);
  const [count, , initial] = [numbers.next(), numbers.next(), numbers.next()];
  const limits = [count, HAS_MAXIMUM, ...encoded(initial), ...encoded(maximum)];
  const section = Uint8Array.of(MEMORIES, limits.length, ...limits);
  return Buffer.concat([bytes.subarray(0, start), section, bytes.subarray(end)]);
}
