// SPDX-License-Identifier: MIT OR Apache-2.0
// A recording: the requests of a program, in the order in which it made them.
//
//   [ slot << 2 | kind ][ size, unless FREE ] ...   LEB128, 32 bits
//
// A slot holds one block at a time. The slot that was freed last is used next,
// so the numbers of slots stay small. One slot is no block: its size says how
// many microseconds went by. A recording that is not compressed begins with it,
// so its first byte is 0xfc, with which nothing that is compressed begins.

/** The kinds of an operation; bench/driver.c has the same. */
export const [MALLOC, FREE, REALLOC, CALLOC] = [0, 1, 2, 3];

/** What stands where a pause is recorded. */
const PAUSE = 0xfffffffc;

/** The first byte of a recording that is not compressed. */
export const FIRST_BYTE = 0xfc;

/**
 * @param {number[]} bytes
 * @param {number} value
 */
function put(bytes, value) {
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  bytes.push(value);
}

/**
 * The bytes of one operation.
 *
 * @param {number} what slot * 4 + kind
 * @param {number} size
 * @param {number[]} [bytes] where to add them
 */
export function packOne(what, size, bytes = []) {
  put(bytes, what);
  if ((what & 3) !== FREE) put(bytes, size);
  return bytes;
}

/**
 * The bytes that say that so many microseconds went by.
 *
 * @param {number} microseconds
 * @param {number[]} [bytes]
 */
export const packPause = (microseconds, bytes) =>
  packOne(PAUSE, Math.min(Math.round(microseconds), 0xffffffff), bytes);

/**
 * Pairs of [slot * 4 + kind, size] as bytes.
 *
 * @param {ArrayLike<number>} ops
 */
export function pack(ops) {
  /** @type {number[]} */
  const bytes = [];
  for (let i = 0; i < ops.length; i += 2)
    packOne(/** @type {number} */ (ops[i]), /** @type {number} */ (ops[i + 1]), bytes);
  return Uint8Array.from(bytes);
}

/**
 * Reads LEB128 numbers; undefined where the bytes end within one.
 *
 * @param {Uint8Array} bytes
 */
function reader(bytes) {
  let at = 0;
  const next = () => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) return undefined;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    return undefined;
  };
  return { next, at: () => at };
}

/**
 * What a recording's bytes say: `ops` are pairs of [slot * 4 + kind, size], `times` the
 * microseconds before each pair, and `read` the bytes that are whole operations. Bytes that end
 * within an operation are as if they ended before it: a stream may be cut anywhere.
 *
 * @param {Uint8Array} bytes
 */
export function unpack(bytes) {
  const input = reader(bytes);
  const ops = [];
  const times = [];
  let time = 0;
  let read = 0;
  while (read < bytes.length) {
    const what = input.next();
    const size = what !== undefined && (what & 3) === FREE ? 0 : input.next();
    if (what === undefined || size === undefined) break;
    read = input.at();
    if (what === PAUSE) time += size;
    else times.push(time) && ops.push(what, size);
  }
  return { ops: Uint32Array.from(ops), times: Float64Array.from(times), read };
}

/**
 * Gives each live block a slot of its own, by its address, and calls `emit` for each operation.
 * What is freed that was never got is left out: it was got before the recording began.
 *
 * @param {(what: number, size: number) => void} emit
 */
export function slotted(emit) {
  /** @type {Map<number, number>} */
  const slots = new Map();
  /** @type {number[]} */
  const vacant = [];
  let most = 0;
  const get = (/** @type {number} */ kind, /** @type {number} */ p, /** @type {number} */ size) => {
    const slot = vacant.pop() ?? most++;
    slots.set(p, slot);
    emit(slot * 4 + kind, size);
  };
  const give = (/** @type {number} */ p) => {
    const slot = slots.get(p);
    if (slot === undefined) return;
    slots.delete(p);
    vacant.push(slot);
    emit(slot * 4 + FREE, 0);
  };
  const resize = (
    /** @type {number} */ from,
    /** @type {number} */ to,
    /** @type {number} */ size,
  ) => {
    const slot = slots.get(from);
    if (slot === undefined) return get(MALLOC, to, size);
    slots.delete(from);
    slots.set(to, slot);
    return emit(slot * 4 + REALLOC, size);
  };
  const giveAll = () => [...slots.keys()].forEach(give);
  return { get, give, resize, giveAll };
}
