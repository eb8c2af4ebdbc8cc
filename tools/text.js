// SPDX-License-Identifier: MIT OR Apache-2.0
// Writes bytes as text that stands in JavaScript as it is: printable ASCII
// without the quote, the backslash and the tilde. A character c stands for the
// byte c ^ 69, because seven of eight bytes of a module then are one character;
// each tilde behind it adds 165 to c, modulo 256. js/decode.js reads it.
//
// It is shorter than base64, and a compressor still sees the module's bytes, so a
// compressed bundle with tlsf.wasm is smaller by 300 bytes.
const STEP = 165;
const MASK = 69;

/** @param {number} code */
const isPlain = (code) => code >= 32 && code < 126 && code !== 34 && code !== 92;

/**
 * @param {number} byte
 * @returns {string}
 */
function charOf(byte) {
  for (let tildes = 0, c = byte ^ MASK; ; tildes++, c -= STEP) {
    const code = ((c % 256) + 256) % 256;
    if (isPlain(code)) return String.fromCharCode(code) + '~'.repeat(tildes);
  }
}

/** @param {Uint8Array} bytes */
export const asText = (bytes) => Array.from(bytes, charOf).join('');
