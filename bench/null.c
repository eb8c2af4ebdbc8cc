/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * No allocator: shows what the driver's loop itself costs, with the cache
 * misses of its blocks. All blocks share one buffer of 2 MiB and overlap, so
 * their contents mean nothing. Only for the workload `scale` the buffer is as
 * large as all live blocks together.
 */
#include <stddef.h>
#include <stdint.h>

enum { ROOM = 1 << 21, LARGEST = 1 << 24, MEAN = 64 };

extern unsigned char __heap_base;
extern size_t scale_live __attribute__((weak)); /* absent without the driver */

static unsigned char room[ROOM + LARGEST], *buffer = room;
static size_t at, span;

/* Starts at the beginning of the buffer again. */
static void wrap(void) {
    at = 0;
    if (span) return;
    span = ROOM;
    if (!&scale_live || !scale_live) return;
    buffer = &__heap_base;
    span = scale_live * MEAN;
    __builtin_wasm_memory_grow(0, (span + LARGEST) >> 16);
}

void *malloc(size_t size) {
    if (at >= span) wrap();
    void *p = buffer + at;
    at += (size + 15) & (size_t)-16;
    return p;
}

void free(void *p) { (void)p; }

void *realloc(void *p, size_t size) { return p ? p : malloc(size); }

void *calloc(size_t count, size_t size) { return malloc(count * size); }
