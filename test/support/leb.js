// SPDX-License-Identifier: MIT OR Apache-2.0
// Numbers as wasm and the recordings write them: unsigned LEB128 of 32 bits.

/**
 * Reads numbers one after another. `at` is where the next one begins; the caller may move it.
 *
 * @param {Uint8Array} bytes
 */
export function numbersOf(bytes) {
  const reader = {
    at: 0,
    next() {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[reader.at++];
        value |= (byte & 127) << shift;
        if (byte < 128) return value >>> 0;
      }
    },
  };
  return reader;
}
