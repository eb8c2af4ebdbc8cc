/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The same as two_levels.c for the index whose small sizes have a bin each:
 * every request, every size, every pattern of neighbouring bins.
 *
 *     exact [WIDE [BITS]]
 *
 * What is required of the mapping of sizes to bins: below 64 granules a bin is
 * a size; above, it is monotone, each bin begins at a power of two and so many
 * eighths of it, and a block that a search passes over is at most an eighth
 * larger.
 */
#include "require.h"

#include "renamed.h"

#include TLSF_BUILD

#define SIZE_LAST block_size_for(REQUEST_MAX)

#include "requests.h"

enum { FEW = 64, PARTS = 8 };

/* The least size of a bin. */
static uint64_t bound(size_t bin) {
    if (bin < FEW) return (uint64_t)bin * TLSF_ALIGN;
    size_t power = (bin - FEW) / PARTS, part = (bin - FEW) % PARTS;
    return (uint64_t)(PARTS + part) * FEW / PARTS * TLSF_ALIGN << power;
}

/* Where a bin ends; the last one has no end. */
static uint64_t bound_end(size_t bin) {
    return bin + 1 < BINS ? bound(bin + 1) : UINT64_MAX;
}

/* From n to the next size: all of them, or those near the end of the bin. */
static uint64_t next_size(uint64_t n, uint64_t end) {
    uint64_t to = end < SIZE_LAST ? end : SIZE_LAST;
    if (n >> bits == 0 || to - n < 8 * TLSF_ALIGN) return n + TLSF_ALIGN;
    return (to & ~(uint64_t)(TLSF_ALIGN - 1)) - 2 * TLSF_ALIGN;
}

static size_t least[BINS], most[BINS]; /* the sizes of a bin; 0: none */

static void check_loss(size_t bin) {
    size_t loss = most[bin] - least[bin];
    REQUIRE(bin < FEW ? !loss : loss <= least[bin] / PARTS);
}

static void sweep_sizes(void) {
    size_t bin = 1;
    uint64_t end = bound_end(bin), n = BLOCK_MIN;
    for (; n <= SIZE_LAST; n = next_size(n, end)) {
        for (; n >= end; end = bound_end(++bin))
            check_loss(bin);
        size_t below = map_floor((size_t)n - 1), own = map_floor((size_t)n);
        REQUIRE(own == bin && below + 1 >= own && below <= own);
        if (!least[bin]) least[bin] = (size_t)n;
        most[bin] = (size_t)n;
        step++;
    }
    check_loss(bin);
    REQUIRE(bin < BINS && (WORD > 4 || bin == BINS - 1));
}

static struct heap tested;
static struct block block_of_bin[BINS];
static bool holds[BINS];

static void naive_check_maps(void) {
    for (size_t row = 0; row < 8 * WORD; row++) {
        uint64_t map = 0;
        for (size_t i = 0; i < ROW && row * ROW + i < BINS; i++)
            map |= (uint64_t)holds[row * ROW + i] << i;
        if (row < ROWS) REQUIRE(tested.map[row] == map);
        REQUIRE((tested.rows >> row & 1) == (row && map));
    }
}

static struct block *naive_from(size_t bin) {
    for (; bin < BINS; bin++)
        if (holds[bin]) return &block_of_bin[bin];
    return NULL;
}

/* All searches that a pattern can mean something for. */
static void check_search(size_t bin) {
    REQUIRE(bins_from(&tested, bin) == naive_from(bin));
    step++;
    for (int large = 0; large < 2 && bin >= FEW && least[bin]; large++) {
        size_t size = large ? most[bin] : least[bin];
        bool fits = holds[bin] && block_of_bin[bin].header >= size;
        struct block *b = bins_find(&tested, size);
        REQUIRE(b == naive_from(bin + !fits));
        REQUIRE(!b || block_free_size(b) >= size);
        step++;
    }
}

static void flip(size_t bin) {
    struct block *b = &block_of_bin[bin];
    size_t size = bin % 2 ? least[bin] : most[bin];
    b->header = size ? size : (size_t)bound(bin);
    if (holds[bin])
        bins_remove(&tested, b);
    else
        bins_insert(&tested, b, block_free_size(b));
    holds[bin] = !holds[bin];
}

/* Every pattern of `count` bins from `first` on, `apart` from each other, in
   the order of a Gray code: one changes at a time. All searches after each. */
static void check_patterns(size_t first, size_t count, size_t apart) {
    for (size_t i = 1; i <= (size_t)1 << count; i++) {
        naive_check_maps();
        for (size_t at = 0; at <= count; at++)
            if (first + at * apart <= BINS) check_search(first + at * apart);
        check_search(0);
        size_t bit = (size_t)__builtin_ctzl(i);
        flip(first + (bit < count ? bit : count - 1) * apart);
    }
}

/* Neighbours everywhere, and bins of neighbouring rows; with the last bin or
   not. */
static void check_all_patterns(size_t wide) {
    for (size_t bin = 1; bin + wide <= BINS; bin++) {
        check_patterns(bin, wide, 1);
        if (bin + wide == BINS) continue;
        flip(BINS - 1);
        check_patterns(bin, wide, 1);
        flip(BINS - 1);
    }
    size_t rows = wide < ROWS ? wide : ROWS;
    for (size_t bin = 1; bin + (rows - 1) * ROW < BINS; bin++)
        check_patterns(bin, rows, ROW);
}
