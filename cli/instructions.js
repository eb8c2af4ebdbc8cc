// SPDX-License-Identifier: MIT OR Apache-2.0
// Walks the instructions of a function far enough to tell what it calls, whether
// it grows memory, and which constant addresses it reads.

const BLOCKS = new Set([0x02, 0x03, 0x04, 0x06]);
const TRY_TABLE = 0x1f;
const MEMORY_GROW = 0x40;
const I32_CONST = 0x41;
const CALL = 0x10;
const [FIRST_LOAD, LAST_LOAD, LAST_STORE] = [0x28, 0x35, 0x3e];

/** @type {(n: number) => (op: number) => [number, number]} */
const counts = (n) => (op) => [op, n];

/** Numbers of LEB128 that follow an opcode, where it is not none. */
const IMMEDIATES = new Map([
  ...[0x0c, 0x0d, 0x12, CALL, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26].map(counts(1)),
  ...[0x3f, MEMORY_GROW, I32_CONST, 0x42, 0xd0, 0xd2].map(counts(1)),
  ...[0x07, 0x08, 0x09, 0x14, 0x15, 0x18, 0xd5, 0xd6].map(counts(1)),
  ...[0x11, 0x13].map(counts(2)),
]);

/** The same behind the prefix 0xfc; saturating conversions have none. */
const AFTER_FC = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

/** Skips a vector of numbers, and one more. */
function skipTable(input) {
  for (let n = input.number() + 1; n > 0 && input.more(); n--) input.number();
}

/** Skips what a try_table catches: each has a label, and a tag unless it catches all. */
function skipCatches(input) {
  input.signed();
  for (let n = input.number(); n > 0 && input.more(); n--) {
    if (input.byte() < 2) input.number();
    input.number();
  }
}

/** Skips the flags and the offset of an access; returns the offset. */
function access(input) {
  if (input.number() & 64) input.number(); // it names a memory
  return input.number();
}

/** Instructions of vectors: 16 bytes, lanes, or an access. */
function skipVector(input) {
  const op = input.number();
  if (op === 12 || op === 13) input.skip(16);
  else if (op <= 11 || (op >= 84 && op <= 93)) access(input);
  if ((op >= 21 && op <= 34) || (op >= 84 && op <= 91)) input.skip(1);
}

function skipPrefixed(prefix, input) {
  if (prefix === 0xfd) return skipVector(input);
  const op = input.number();
  if (prefix === 0xfe) return op === 3 ? input.skip(1) : access(input);
  for (let n = AFTER_FC[op] ?? 0; n > 0; n--) input.number();
}

/** Skips what follows an opcode. */
function skip(op, input) {
  if (BLOCKS.has(op)) input.signed();
  else if (op === TRY_TABLE) skipCatches(input);
  else if (op === 0x0e) skipTable(input);
  else if (op === 0x1c) for (let n = input.number(); n > 0 && input.more(); n--) input.signed();
  else if (op === 0x43) input.skip(4);
  else if (op === 0x44) input.skip(8);
  else if (op >= 0xfc) skipPrefixed(op, input);
  else for (let n = IMMEDIATES.get(op) ?? 0; n > 0; n--) input.signed();
}

/**
 * What a body does: {calls, grows, addresses}.
 *
 * @param {ReturnType<typeof import('./module.js').reader>} input from its locals on
 */
export function traits(input) {
  for (let n = input.number(); n > 0 && input.more(); n--) input.skipLocal();
  const found = { calls: new Set(), grows: false, addresses: new Set() };
  let constant;
  while (input.more()) {
    const op = input.byte();
    const isAccess = op >= FIRST_LOAD && op <= LAST_STORE;
    const before = constant;
    constant = undefined;
    if (op === CALL) found.calls.add(input.number());
    else if (op === I32_CONST) constant = input.signed();
    else if (isAccess) {
      const offset = access(input);
      if (op <= LAST_LOAD && before !== undefined) found.addresses.add(before + offset);
    } else {
      found.grows ||= op === MEMORY_GROW;
      skip(op, input);
    }
  }
  return found;
}
