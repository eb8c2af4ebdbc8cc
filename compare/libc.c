/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The functions of a libc that the peers call, as small as possible. Each has
 * a section of its own, so that a peer pays only for those it calls.
 */
#include <stddef.h>
#include <stdint.h>

const int __ENOMEM = 48, __EINVAL = 28;

/* The peers ask for whole pages only, and never give any back. */
void *sbrk(ptrdiff_t bytes) {
    size_t pages = __builtin_wasm_memory_grow(0, (size_t)bytes >> 16);
    return (void *)(pages == SIZE_MAX ? pages : pages << 16);
}

void *memcpy(void *to, const void *from, size_t n) {
    return __builtin_memcpy(to, from, n);
}

void *memset(void *to, int byte, size_t n) {
    return __builtin_memset(to, byte, n);
}
