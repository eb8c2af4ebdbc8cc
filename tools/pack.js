// SPDX-License-Identifier: MIT OR Apache-2.0
// Archives whose bytes depend on nothing but the files in them: {path: bytes}. The compressor is
// that of the lock file, since those of Node.js and of the system change.
import { gzipSync, zipSync } from 'fflate';

/** What npm says of each file: in tar as seconds, in zip as a clock on the wall. */
const SECONDS = 499162500;
const WALL = new Date(1985, 9, 26, 8, 15);

const BLOCK = 512;

const sorted = (files) => Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));

const octal = (n, digits) => `${n.toString(8).padStart(digits, '0')}\0`;

/** A header of POSIX's ustar. */
function header(path, size) {
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} is too long for ustar`);
  const block = Buffer.alloc(BLOCK);
  block.write(path);
  block.write(octal(0o644, 7), 100); // mode, owner, group
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(SECONDS, 11), 136);
  block.write(' '.repeat(8), 148); // what the sum counts of itself
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${octal(sum, 6)} `, 148);
  return block;
}

/** A compressed tar. */
export function tarGz(files) {
  const blocks = sorted(files).flatMap(([path, bytes]) => [
    header(path, bytes.length),
    bytes,
    Buffer.alloc(-bytes.length & (BLOCK - 1)),
  ]);
  const tar = Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
  return gzipSync(tar, { level: 9, mtime: 0 });
}

export const zip = (files) => zipSync(Object.fromEntries(sorted(files)), { level: 9, mtime: WALL });
