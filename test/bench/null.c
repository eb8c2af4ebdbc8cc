/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * No allocator: what the loop itself costs, and its blocks' own cache misses.
 * Blocks lie on top of each other in one buffer, so nothing that they hold is
 * to be believed: it has 2 MiB, or, where blocks are had before the first is
 * given back, what all these take.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_LOG = 16, LEAST = 1 << 21, LARGEST = 1 << 24 };

extern unsigned char __heap_base;

static size_t at, span;
static bool given;

/* At its end the buffer begins again, or becomes longer. */
static void wrap(void) {
    if (given) {
        at = 0;
        return;
    }
    span += LEAST;
    size_t top = (uintptr_t)&__heap_base + span + LARGEST;
    size_t pages = __builtin_wasm_memory_size(0), need = (top >> PAGE_LOG) + 1;
    if (need > pages) __builtin_wasm_memory_grow(0, need - pages);
}

void *malloc(size_t size) {
    if (at >= span) wrap();
    void *p = &__heap_base + at;
    at += (size + 15) & (size_t)-16;
    return p;
}

void free(void *p) {
    (void)p;
    given = true;
}

void *realloc(void *p, size_t size) { return p ? p : malloc(size); }

void *calloc(size_t count, size_t size) { return malloc(count * size); }
