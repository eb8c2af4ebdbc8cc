// SPDX-License-Identifier: MIT OR Apache-2.0
// Views of a memory that are current whenever they are read.

import { tag } from './values.js';

/** @import { Memory } from './index.js' */

export const VIEWS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  u64: BigUint64Array,
  i64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
  dataView: DataView,
};

/**
 * A getter of a view. Growth detaches the buffer, so a view of bytes has the
 * length 0 then: a loop can afford to look at that, but not at memory.buffer. A
 * shared buffer is never detached: it is another one after growth.
 *
 * @template {ArrayBufferView} T
 * @param {Memory} memory
 * @param {(buffer: ArrayBuffer) => T} make
 * @returns {() => T}
 */
export function getterOf(memory, make) {
  /** @type {any} */
  let view;
  let bytes = new Uint8Array();
  const renew = () => {
    bytes = new Uint8Array(memory.buffer);
    return (view = make(memory.buffer));
  };
  return isShared(memory)
    ? () => (view?.buffer === memory.buffer ? view : renew())
    : () => (bytes.length ? view : renew());
}

/** @param {Memory} memory */
export const isShared = ({ buffer }) => tag(buffer) === 'SharedArrayBuffer';

/**
 * Gives an object a property for each view.
 *
 * @param {object} object
 * @param {Memory} memory
 */
export function addViews(object, memory) {
  for (const [name, Type] of Object.entries(VIEWS)) {
    const View = /** @type {new (buffer: ArrayBuffer) => ArrayBufferView} */ (Type);
    const get = getterOf(memory, (buffer) => new View(buffer));
    Object.defineProperty(object, name, { get, enumerable: true });
  }
}
