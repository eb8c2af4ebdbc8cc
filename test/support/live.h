/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The shadow model of the native tests: the blocks that a test holds, and what
 * must be in them. It is kept outside the heap's memory.
 */
#ifndef TLSF_LIVE_H
#define TLSF_LIVE_H

#include <string.h>

#include "require.h"

enum { LIVE = 64, PERIOD = 4093 };

static struct live {
    unsigned char *p;
    size_t size;
    unsigned char tag;
} live[LIVE];

/* A byte depends on its place, and the first one on the block's tag. */
static unsigned char pattern[PERIOD + 256];

static void pattern_make(void) {
    uint32_t x = 1;
    for (size_t i = 0; i < sizeof pattern; i++) {
        x = x * 1664525 + 1013904223;
        pattern[i] = (unsigned char)(x >> 24);
    }
}

static size_t pattern_part(size_t i, size_t n) {
    return n - i < PERIOD ? n - i : PERIOD;
}

/* From now on the slot holds p (or nothing, if that is NULL). */
static void live_set(struct live *l, void *p, size_t size) {
    static unsigned char tag;
    if (!tag) pattern_make();
    *l = (struct live){p, p ? size : 0, ++tag};
    for (size_t i = 0; i < l->size; i += PERIOD)
        memcpy(l->p + i, pattern + l->tag, pattern_part(i, l->size));
}

/* Do the first n bytes hold what was put there? */
static void live_verify(const struct live *l, size_t n) {
    for (size_t i = 0; i < n; i += PERIOD)
        REQUIRE(!memcmp(l->p + i, pattern + l->tag, pattern_part(i, n)));
}

#endif
