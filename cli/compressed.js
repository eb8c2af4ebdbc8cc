// SPDX-License-Identifier: MIT OR Apache-2.0
import { brotliCompressSync, gzipSync } from 'node:zlib';

/**
 * Bytes raw, by gzip and by brotli.
 *
 * @param {Uint8Array} bytes
 */
export const compressed = (bytes) => [
  bytes.length,
  gzipSync(bytes, { level: 9 }).length,
  brotliCompressSync(bytes).length,
];
