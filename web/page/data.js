// SPDX-License-Identifier: MIT OR Apache-2.0
// What the file carries beside its program: modules, layouts, bounds and
// recordings, in one piece that make.js packed.
//
//   [ bytes of the list ][ the list, as JSON ][ part ][ part ] ...

/** @type {(text: string) => Uint8Array} */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** @type {(bytes: Uint8Array) => string} */
export function toBase64(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Bytes through a stream of the browser's. @type {(bytes: Uint8Array, stream: any) => Promise<Uint8Array>} */
export async function through(bytes, stream) {
  const answer = new Response(new Blob([bytes]).stream().pipeThrough(stream));
  return new Uint8Array(await answer.arrayBuffer());
}

export const inflated = (bytes, format = 'deflate-raw') =>
  through(bytes, new DecompressionStream(format));
export const deflated = (bytes) => through(bytes, new CompressionStream('deflate-raw'));

/** The list, and `part(n)`, the bytes of each part that it numbers. */
export async function unpackData(text) {
  const bytes = await inflated(fromBase64(text));
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const list = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const part = (n) => {
    const from = 4 + length + list.sizes.slice(0, n).reduce((sum, size) => sum + size, 0);
    return bytes.slice(from, from + list.sizes[n]);
  };
  return { ...list, part };
}
