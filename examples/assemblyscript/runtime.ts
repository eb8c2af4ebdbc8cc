// SPDX-License-Identifier: MIT OR Apache-2.0
// AssemblyScript's memory manager over malloc and free, in place of its own.
// Its garbage collector stays as it is. It expects a block's size in the 4 bytes
// before the payload, a multiple of 4:
//
//   malloc => [ unused, 12 bytes ][ size ][ payload, at a multiple of 16 ]
import 'rt/itcms';
import { BLOCK_MAXSIZE } from 'rt/common';

const HEAD: usize = 16;

@external('heap', 'malloc') declare function malloc(size: usize): usize;
@external('heap', 'realloc') declare function realloc(block: usize, size: usize): usize;
@external('heap', 'free') declare function free(block: usize): void;

/** Makes a block of this size, or moves an old one; it traps if memory is full. */
function resize(old: usize, size: usize): usize {
  if (size > BLOCK_MAXSIZE) unreachable();
  size = (size + 3) & ~3;
  const block = old ? realloc(old, HEAD + size) : malloc(HEAD + size);
  if (!block) unreachable();
  store<usize>(block + HEAD - sizeof<usize>(), size);
  return block + HEAD;
}


@global @unsafe
export function __alloc(size: usize): usize {
  return resize(0, size);
}

@global @unsafe
export function __realloc(payload: usize, size: usize): usize {
  return resize(payload - HEAD, size);
}

@global @unsafe
export function __free(payload: usize): void {
  if (payload >= __heap_base) free(payload - HEAD);
}
