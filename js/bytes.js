// SPDX-License-Identifier: MIT OR Apache-2.0
// Where a module comes from: the package's own bytes, a URL, a Response. Knows
// nothing of heaps.
//
// The package's own bytes travel inside JavaScript, because that is the one
// way to have them at once everywhere: a browser's main thread reads no file
// synchronously, and import.meta.url names nothing in a bundle or a blob.
import { base64 } from '../dist/bytes.js';

const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);

// By tag and not by instanceof: a module may come from another realm.
export const isModule = (value) => tag(value) === 'WebAssembly.Module';
export const isBytes = (value) => ArrayBuffer.isView(value) || tag(value) === 'ArrayBuffer';

/** The same bytes as the one kind of view that every engine compiles. */
export function asBytes(given) {
  if (!ArrayBuffer.isView(given)) return new Uint8Array(given);
  return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
}

/** A value as an error message names it. */
export function show(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  return Object(value) === value ? `[object ${tag(value)}]` : String(value);
}

/** The package's own tlsf.wasm. */
export function ownBytes() {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** An unsigned LEB128 number as bytes. */
function leb(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

/** Reads a module's numbers from `at` on. */
function reader(bytes, at) {
  const byte = () => bytes[at++];
  const u32 = () => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const next = byte();
      value |= (next & 127) << shift;
      if (!(next & 128)) break;
    }
    return value >>> 0;
  };
  return { byte, u32, at: () => at };
}

/** Where the section is and where its body; undefined if there is none. */
function findSection(bytes, wanted) {
  for (let start = 8; start < bytes.length;) {
    const input = reader(bytes, start);
    const id = input.byte();
    const size = input.u32();
    const body = input.at();
    if (id === wanted) return { start, body, end: body + size };
    start = body + size;
  }
}

/**
 * A copy of a module whose memory has at most `maximum` pages; where there is
 * no memory section the bytes as they are: what is wrong shows when they are
 * compiled.
 *
 *   [5][size][count][flags][minimum][maximum?][...] of which the size, the
 *   flags and the maximum are new
 */
export function limitMemory(call, bytes, maximum) {
  const section = findSection(bytes, MEMORY_SECTION);
  if (!section) return bytes;
  const input = reader(bytes, section.body);
  const count = input.u32();
  const flags = input.byte();
  const minimum = input.u32();
  if (flags & HAS_MAXIMUM) input.u32();
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

/** Node.js's fetch does not take file: URLs; others' does. */
async function readFileUrl(url) {
  // Not an import: bundlers for browsers would look for node:fs.
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  return fs ? fs.promises.readFile(url) : (await fetch(url)).arrayBuffer();
}

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
    throw new Error(`loadHeap: cannot read ${url}: ${cause.cause?.message || cause.message}`, {
      cause,
    });
  }
}

/**
 * Bytes or a module from all that loadHeap takes. No streaming compilation:
 * it would ask for the MIME type application/wasm and gain nothing for a
 * module that arrives in one packet.
 */
export async function obtain(given) {
  let source = await given;
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
