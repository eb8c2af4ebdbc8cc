/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * No allocator: what the loop itself costs. Blocks lie on top of each other
 * in one buffer, so nothing that they hold is to be believed.
 */
#include <stddef.h>
#include <stdint.h>

enum { ROOM = 1 << 21, LARGEST = 1 << 24 };
static char room[ROOM + LARGEST];
static size_t at;

void *malloc(size_t size) {
    void *p = room + at;
    at = (at + size + 15) & (ROOM - 16);
    return p;
}

void free(void *p) { (void)p; }

void *realloc(void *p, size_t size) { return p ? p : malloc(size); }

void *calloc(size_t count, size_t size) { return malloc(count * size); }
