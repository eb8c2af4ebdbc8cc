// SPDX-License-Identifier: MIT OR Apache-2.0
// The bytes of a module: obtains them from a URL or a Response, and changes the
// maximum in them. It knows nothing of heaps.
import { isBytes, isModule, refuse } from './values.js';

/** @import { Bytes, Source } from './index.js' */

const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

/** A number below 2^21 as LEB128; wasm lets it be longer than it need be. */
const leb = (/** @type {number} */ n) => [(n & 127) | 128, ((n >> 7) & 127) | 128, n >> 14];

/**
 * Bytes that every engine compiles, whose memory has at most `maximum` pages if that is
 * given. Bytes without a memory section stay as they are: compiling them says what is wrong.
 *
 *   [5][size][count][flags][minimum][maximum?][...]
 *
 * The copy has another size, other flags and another maximum.
 *
 * @param {any} given
 * @param {number} [maximum]
 */
export function limitMemory(given, maximum) {
  const bytes = new Uint8Array(given.buffer ?? given, given.byteOffset, given.byteLength);
  let at = 8;
  const number = () => {
    let value = 0;
    for (let unit = 1, next = 128; next > 127; unit *= 128) {
      next = bytes[at++];
      value += (next & 127) * unit;
    }
    return value;
  };
  while (at < bytes.length) {
    const start = at;
    const id = bytes[at++];
    const size = number();
    const body = at;
    const end = body + size;
    if (maximum && id === MEMORY_SECTION) {
      number(); // how many memories
      const flags = at++;
      number(); // the minimum
      const limits = [...bytes.subarray(body, at), ...leb(maximum)];
      if (bytes[flags] & HAS_MAXIMUM) number();
      limits[flags - body] |= HAS_MAXIMUM;
      const section = [...limits, ...bytes.subarray(at, end)];
      const header = [id, ...leb(section.length)];
      return Uint8Array.from([
        ...bytes.subarray(0, start),
        ...header,
        ...section,
        ...bytes.subarray(end),
      ]);
    }
    at = end;
  }
  return bytes;
}

/** @param {string} source */
async function fetchUrl(source) {
  try {
    // Elsewhere than in a page or a worker a URL is absolute.
    const url = new URL(source, globalThis.document?.baseURI ?? globalThis.location?.href);
    // The fetch of Node.js refuses file: URLs. Not an import: bundlers would look for node:fs.
    const fs = url.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs');
    return await (fs ? fs.promises.readFile(url) : fetch(url));
  } catch (cause) {
    const error = /** @type {Error & { cause?: Error }} */ (cause);
    throw new Error(
      `loadHeap: cannot read ${source}: ${error.cause?.message || error.message}; an absolute URL is new URL(path, import.meta.url)`,
      { cause },
    );
  }
}

/**
 * The bytes or the module that any source of loadHeap gives. It does not
 * compile while the bytes arrive: that would require the MIME type
 * application/wasm, and a module this small arrives in one packet.
 *
 * @param {Source | PromiseLike<Source>} given
 * @returns {Promise<Bytes | WebAssembly.Module>}
 */
export async function obtain(given) {
  let source = /** @type {any} */ (await given); // JavaScript may pass anything
  const url = source?.href ?? source;
  if (typeof url === 'string') source = await fetchUrl(url);
  if (isModule(source) || isBytes(source)) return source;
  if (!source?.arrayBuffer)
    refuse(
      'loadHeap: source',
      'a URL, a Response, bytes, a WebAssembly.Module or a promise of one',
      source,
    );
  if (source.ok === false)
    throw new Error(`loadHeap: ${source.url || 'the response'} has the status ${source.status}`);
  return source.arrayBuffer();
}
