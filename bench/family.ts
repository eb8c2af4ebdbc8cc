// SPDX-License-Identifier: MIT OR Apache-2.0
// AssemblyScript's allocator under C's names. It has no calloc of its own,
// and its __realloc takes no null.
export function malloc(size: usize): usize {
  return __alloc(size);
}

export function free(p: usize): void {
  __free(p);
}

export function realloc(p: usize, size: usize): usize {
  return p ? __realloc(p, size) : __alloc(size);
}

export function calloc(count: usize, size: usize): usize {
  const p = __alloc(count * size);
  memory.fill(p, 0, count * size);
  return p;
}
