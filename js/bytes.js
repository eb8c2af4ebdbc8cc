// SPDX-License-Identifier: MIT OR Apache-2.0
// The bytes of a module: obtains them from a URL or a Response, and changes the
// maximum in them. It knows nothing of heaps.
import { isBytes, isModule, show } from './values.js';

/** @import { Bytes, Source } from './index.js' */

const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

/**
 * The same bytes as the one kind of view that every engine compiles.
 *
 * @param {Bytes} given
 */
export function asBytes(given) {
  if (!ArrayBuffer.isView(given)) return new Uint8Array(given);
  const buffer = /** @type {ArrayBuffer} */ (given.buffer); // engines refuse a shared one
  return new Uint8Array(buffer, given.byteOffset, given.byteLength);
}

/** @param {ArrayLike<number>[]} parts */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * An unsigned LEB128 number as bytes.
 *
 * @param {number} value
 * @returns {number[]}
 */
function leb(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

/**
 * Reads a module's numbers from `at` on; those of a 64-bit memory may have more bits than 32.
 *
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function reader(bytes, at) {
  const byte = () => bytes[at++];
  const number = () => {
    let value = 0;
    for (let bit = 1; bit < 2 ** 64; bit *= 128) {
      const next = byte();
      value += (next & 127) * bit;
      if (!(next & 128)) break;
    }
    return value;
  };
  return { byte, number, at: () => at };
}

/**
 * Where a section and its body begin and where it ends; undefined if there is none.
 *
 * @param {Uint8Array} bytes
 * @param {number} wanted
 */
function findSection(bytes, wanted) {
  for (let start = 8; start < bytes.length;) {
    const input = reader(bytes, start);
    const id = input.byte();
    const size = input.number();
    const body = input.at();
    if (id === wanted) return { start, body, end: body + size };
    start = body + size;
  }
}

/**
 * A copy of a module whose memory has at most `maximum` pages. Bytes without a
 * memory section are returned unchanged: compiling them says what is wrong.
 *
 *   [5][size][count][flags][minimum][maximum?][...]
 *
 * The copy has another size, other flags and another maximum.
 *
 * @param {string} call
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {number} maximum
 */
export function limitMemory(call, bytes, maximum) {
  const section = findSection(bytes, MEMORY_SECTION);
  if (!section) return bytes;
  const input = reader(bytes, section.body);
  const count = input.number();
  const flags = input.byte();
  const minimum = input.number();
  if (flags & HAS_MAXIMUM) input.number();
  if (maximum < minimum) {
    throw new RangeError(
      `${call}: maximum must be at least ${minimum}, the pages the module starts with, not ${maximum}`,
    );
  }
  const rest = bytes.subarray(input.at(), section.end);
  const body = [...leb(count), flags | HAS_MAXIMUM, ...leb(minimum), ...leb(maximum), ...rest];
  const header = [MEMORY_SECTION, ...leb(body.length)];
  return concat(bytes.subarray(0, section.start), header, body, bytes.subarray(section.end));
}

/**
 * Reads a file: URL. The fetch of Node.js refuses these; that of other runtimes takes them.
 *
 * @param {URL} url
 */
async function readFileUrl(url) {
  // Not an import: bundlers for browsers would look for node:fs.
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  return fs ? fs.promises.readFile(url) : (await fetch(url)).arrayBuffer();
}

/** @param {string | URL} source */
async function fetchUrl(source) {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  if (!URL.canParse(source, base)) {
    throw new TypeError(
      `loadHeap: ${show(String(source))} is not an absolute URL; write new URL(path, import.meta.url)`,
    );
  }
  const url = new URL(source, base);
  try {
    return await (url.protocol === 'file:' ? readFileUrl(url) : fetch(url));
  } catch (cause) {
    const error = /** @type {Error & { cause?: Error }} */ (cause);
    throw new Error(`loadHeap: cannot read ${url}: ${error.cause?.message || error.message}`, {
      cause,
    });
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
  if (typeof source === 'string' || typeof source?.href === 'string')
    source = await fetchUrl(source);
  if (isModule(source) || isBytes(source)) return source;
  if (source?.ok === false) {
    throw new Error(
      `loadHeap: ${source.url || 'the response'} answered ${source.status} ${source.statusText}`.trimEnd(),
    );
  }
  if (typeof source?.arrayBuffer === 'function') return source.arrayBuffer();
  throw new TypeError(
    `loadHeap: source must be a URL, a Response, bytes, a WebAssembly.Module or a promise of one, not ${show(source)}; ` +
      "createHeap() makes a heap of the package's own module",
  );
}
