/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the native tests share: random numbers, a shadow. */
#ifndef TLSF_NATIVE_H
#define TLSF_NATIVE_H

#include "require.h"

static _Thread_local uint64_t random_state;

/* xorshift64*: below n */
static size_t below(size_t n) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (size_t)((random_state * 0x2545f4914f6cdd1dull >> 33) % n);
}

static size_t log_size(unsigned bits) {
    return below((size_t)1 << below(bits + 1)) + below(2);
}

enum { SLOTS_LIVE = 64 };

static struct live {
    unsigned char *p;
    size_t size;
    unsigned char tag;
} live[SLOTS_LIVE] __attribute__((unused));

static void live_fill(struct live *l, void *p, size_t size) {
    static unsigned char tag;
    l->p = p;
    l->size = size;
    l->tag = ++tag;
    if (p) memset(p, l->tag, size);
}

static void live_verify(const struct live *l, size_t size) {
    for (size_t i = 0; i < size; i++)
        REQUIRE(l->p[i] == l->tag);
}

#endif
