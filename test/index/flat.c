/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The same as two_levels.c for the flat index, where each power of two has two
 * bins: every request, every size, every pattern of neighbouring bins.
 *
 *     flat [WIDE [BITS]]
 *
 * What is required of the mapping of sizes to bins: it is monotone; each bin
 * begins at its power of two, or half as high again, and from 2^24 on as much
 * lower as a float is rounded; a block that a search passes over is at most
 * half as large again.
 */
#include "require.h"

#include "renamed.h"

#include TLSF_BUILD

#define SIZE_LAST block_size_for(REQUEST_MAX)

#include "requests.h"

static size_t bin_of(size_t size) { return map_floor(size) - FIRST_NUMBER; }

/* The least size of a bin; a float may be rounded up to it. */
static uint64_t bound(size_t bin) {
    size_t above = bin - bin_of(BLOCK_MIN), half = above % 2;
    REQUIRE(above <= BINS);
    uint64_t power = (uint64_t)BLOCK_MIN << above / 2;
    uint64_t rounded = MAP_FLOAT ? power >> (half ? 24 : 25) : 0;
    return power + half * power / 2 - rounded;
}

/* From n to the next size: all of them, or those near the end of the bin. */
static uint64_t next_size(uint64_t n, uint64_t end) {
    uint64_t to = end < SIZE_LAST ? end : SIZE_LAST;
    if (n >> bits == 0 || to - n < 8 * TLSF_ALIGN) return n + TLSF_ALIGN;
    return (to & ~(uint64_t)(TLSF_ALIGN - 1)) - 2 * TLSF_ALIGN;
}

static size_t least[BINS], most[BINS]; /* the sizes of a bin; 0: none */

static void sweep_sizes(void) {
    size_t bin = bin_of(BLOCK_MIN), before = bin;
    uint64_t end = bound(bin + 1), n = BLOCK_MIN;
    for (; n <= SIZE_LAST; n = next_size(n, end)) {
        for (; n >= end; end = bound(++bin + 1))
            REQUIRE(most[bin] - least[bin] <= least[bin] / 2);
        size_t below = map_floor((size_t)n - 1), own = bin_of((size_t)n);
        REQUIRE(own == bin && before <= own);
        REQUIRE(n == BLOCK_MIN || below <= own + FIRST_NUMBER);
        if (!least[bin]) least[bin] = (size_t)n;
        most[bin] = (size_t)n;
        before = own;
        step++;
    }
    REQUIRE(bin < BINS && most[bin] - least[bin] <= least[bin] / 2);
}

static struct heap tested;
static struct block block_of_bin[BINS];

static void naive_check_map(void) {
    uint64_t map = 0;
    for (size_t bin = 0; bin < BINS; bin++)
        map |= (uint64_t) !!bins_first(&tested, bin) << bin;
    REQUIRE(bins_map(&tested) == map && !bins_first(&tested, NO_BIN));
}

static struct block *naive_find(size_t size) {
    size_t bin = bin_of(size);
    struct block *b = bins_first(&tested, bin);
    if (b && block_free_size(b) >= size) return b;
    while (++bin < BINS)
        if (bins_first(&tested, bin)) return bins_first(&tested, bin);
    return NULL;
}

static void check_search(size_t bin) {
    for (int large = 0; large < 2 && least[bin]; large++) {
        size_t size = large ? most[bin] : least[bin];
        struct block *b = bins_find(&tested, size);
        REQUIRE(b == naive_find(size));
        REQUIRE(!b || block_free_size(b) >= size);
        step++;
    }
}

static void flip(size_t bin) {
    struct block *b = &block_of_bin[bin];
    size_t size = bin % 2 ? least[bin] : most[bin];
    block_set_free(b, size ? size : (size_t)bound(bin)); /* or no granules */
    if (bins_first(&tested, bin))
        bins_join(&tested, block_link(b), link_next(b));
    else
        bins_insert(&tested, b, block_free_size(b));
}

/* Every pattern of `count` bins from `first` on, in the order of a Gray code:
   one changes at a time. All searches after each. */
static void check_patterns(size_t first, size_t count) {
    for (size_t i = 1; i <= (size_t)1 << count; i++) {
        naive_check_map();
        for (size_t bin = 0; bin < BINS; bin++)
            check_search(bin);
        size_t bit = (size_t)__builtin_ctzl(i);
        flip(first + (bit < count ? bit : count - 1));
    }
}

static void check_all_patterns(size_t wide) {
    size_t from = bin_of(BLOCK_MIN), last = bin_of(SIZE_LAST);
    if (!least[last]) last--;
    for (size_t bin = from; bin + wide - 1 <= last; bin++) {
        check_patterns(bin, wide);
        if (bin + wide - 1 == last) continue;
        flip(last);
        check_patterns(bin, wide);
        flip(last);
    }
}
