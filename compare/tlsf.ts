// SPDX-License-Identifier: MIT OR Apache-2.0
// AssemblyScript's allocator under C's names. Its runtime has no others.
export function malloc(size: usize): usize {
  return __alloc(size);
}

export function free(p: usize): void {
  __free(p);
}

export function realloc(p: usize, size: usize): usize {
  return __realloc(p, size);
}
