/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Which requests fail although a free block fits: just those that
 * docs/design.md names. Part of family.c and of core.c, which define:
 *
 *   passed_start()   memory of 256 KiB that can't grow
 *   take, give       their malloc and free
 */
#include "bin_range.h"

enum { PASSED_MORE = 40, PASSED_OTHER = 1900 }; /* above quick lists */

static char *passed_fit, *passed_small[PASSED_MORE];

/*
 * `small` free blocks are first in their bin; behind them, or in another bin,
 * is a free one of `fit` bytes. Nothing else is free that has as many. Of all
 * blocks the next one is used.
 */
static void passed_row(size_t small_size, size_t small, size_t fit) {
    char *other;
    passed_start();
    other = take(PASSED_OTHER - BLOCK_COST);
    REQUIRE(other && take(0));
    passed_fit = take(fit - BLOCK_COST);
    REQUIRE(passed_fit && take(0));
    for (size_t i = 0; i < small; i++) {
        passed_small[i] = take(small_size - BLOCK_COST);
        REQUIRE(passed_small[i] && take(0));
    }
    for (size_t size = 1 << 17; size; size /= 2)
        while (take(size))
            continue;
    give(other); /* where there is a last remainder, it is this */
    give(passed_fit);
    for (size_t i = 0; i < small; i++)
        give(passed_small[i]);
}

static void passed_by(size_t size) {
    size_t from = (size_t)range_of(size).from, to = (size_t)range_of(size).to;
    size_t small = size - TLSF_ALIGN;
    REQUIRE(from <= small && to > size);
    /* The largest block of the bin, behind as many as are looked at. */
    passed_row(small, LOOKS, to - TLSF_ALIGN);
    REQUIRE(!take(size - BLOCK_COST));
    /* One fewer. */
    REQUIRE(take(small - BLOCK_COST) == passed_small[LOOKS - 1]);
    REQUIRE(take(size - BLOCK_COST) == passed_fit);
    /* One of the next bin, behind many. */
    passed_row(small, PASSED_MORE, to);
    REQUIRE(take(size - BLOCK_COST) == passed_fit);
    /* And for the least of a bin nothing is passed. */
    passed_row(from, PASSED_MORE, from);
    REQUIRE(take(from - BLOCK_COST));
}

/* Bins of two sizes and of many. */
CASE(requests_that_pass_a_block) {
    for (size_t size = 2200; size < 5000; size += 37) {
        size_t near = size & ~(size_t)(TLSF_ALIGN - 1);
        if (range_of(near).from == near) near += TLSF_ALIGN;
        struct range bin = range_of(near);
        if (bin.from < near && bin.from > PASSED_OTHER) passed_by(near);
    }
}

/* What served nothing before: two frees in a full memory. */
CASE(freed_first_and_had_again) {
    /* As docs/design.md says. */
    REQUIRE(LOOKS == 8 || LOOKS == 7 || LOOKS == 1);
    passed_start();
    char *a = take(4200), *b, *other;
    REQUIRE(take(0));
    b = take(4100);
    REQUIRE(take(0));
    other = take(PASSED_OTHER);
    REQUIRE(a && b && other && take(0));
    for (size_t size = 1 << 17; size; size /= 2)
        while (take(size))
            continue;
    give(other);
    give(a);
    give(b);
    REQUIRE(LOOKS == 1 ? !take(4200) : take(4200) == a);
}
