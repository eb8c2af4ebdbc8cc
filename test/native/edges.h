/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What edges_core.c and edges_family.c share: requirements, random numbers, a
   shadow of what live blocks hold. */
#ifndef TLSF_EDGES_H
#define TLSF_EDGES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition)                                                     \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,         \
                    #condition);                                               \
            exit(1);                                                           \
        }                                                                      \
    } while (0)

static uint32_t random_state;

/* xorshift32: below n */
static size_t below(size_t n) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % n;
}

/* A size, its logarithm evenly spread. */
static size_t any_size(unsigned bits) {
    return below((size_t)1 << below(bits + 1)) + below(2);
}

enum { LIVE = 48 };

static struct live {
    unsigned char *p;
    size_t size;
    unsigned char tag;
} live[LIVE] __attribute__((unused));

static void live_set(struct live *l, void *p, size_t size) {
    static unsigned char tag;
    *l = (struct live){p, p ? size : 0, ++tag};
    if (p) memset(p, l->tag, size);
}

static void live_verify(const struct live *l, size_t size) {
    for (size_t i = 0; i < size; i++)
        REQUIRE(l->p[i] == l->tag);
}

#endif
