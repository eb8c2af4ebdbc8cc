/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Index arithmetic, exhaustively: every request, every size that a block can
 * have and that a search can be for, every pattern of neighbouring bins.
 *
 *     two_levels [WIDE [BITS]]
 *
 * WIDE: how many bins a pattern has. BITS: from 2^BITS on (32, so nothing is
 * left out of a size_t of 32 bits) only sizes around the bounds of the bins.
 *
 * What is required of a mapping of sizes to bins, of either:
 *   range      from FIRST_BIN on, below SLOTS
 *   monotone   a larger size, a bin that is the same or above; so a search
 *              above the bin of n - 1, or of n, finds blocks of n bytes or more
 *   floor      a bin begins where it should: `bound`; so a block is in the
 *              largest bin that it satisfies. A float has 24 bits: from 2^24
 *              bytes on a bin begins up to half a unit of the last one lower.
 *   loss       a block that a search passes over is at most 1/SLLEN larger;
 *              above FLLEN powers of two twice as large, and by integers
 *              SLLEN granules more
 */
#include "require.h"

#include "renamed.h"

#include TLSF_BUILD

#include "requests.h"

#ifndef MAP_FLOAT
#define MAP_FLOAT TLSF_FLOAT
#endif

/* The largest search. No block is larger: a heap's own state lies in the same
   memory. */
#define SIZE_LAST block_size_for(REQUEST_MAX)

/* Where bin i of a row begins: SLLEN granules with a bin each, then powers of
   two, less these. */
static uint64_t bound_integer(size_t row, size_t i) {
    uint64_t granules = ((uint64_t)(SLLEN + i) << row) - SLLEN;
    return granules * TLSF_ALIGN;
}

/* BLOCK_MIN times a power of two, divided by SLLEN. */
static uint64_t bound_float(size_t row, size_t i) {
    uint64_t power = (uint64_t)BLOCK_MIN << row;
    uint64_t part = power / SLLEN * i + (power % SLLEN * i + SLLEN - 1) / SLLEN;
    return power + part - (power >> (i ? 24 : 25));
}

/* The least size of a bin, or UINT64_MAX if none is so large. */
static uint64_t bound(size_t bin) {
    size_t row = (bin - FIRST_BIN) / SLLEN, i = bin % SLLEN;
    if (row >= TLSF_FLLEN) {
        row = TLSF_FLLEN + (bin - FIRST_BIN - TLSF_FLLEN * SLLEN);
        i = 0;
    }
    if (MAP_FLOAT && row + LOG2(BLOCK_MIN) >= 8 * WORD) return UINT64_MAX;
    size_t last = 8 * WORD - LOG2(TLSF_ALIGN) - SLLOG;
    if (!MAP_FLOAT && row > last) return UINT64_MAX;
    return MAP_FLOAT ? bound_float(row, i) : bound_integer(row, i);
}

/* Where a bin ends. */
static uint64_t bound_end(size_t bin) { return bound(bin + 1); }

/* From n, below `end`, to the next size: all of them, or those near a bound. */
static size_t next_size(size_t n, uint64_t end) {
    size_t to = end < SIZE_LAST ? (size_t)end : SIZE_LAST;
    if ((uint64_t)n >> bits == 0 || to - n < 8 * TLSF_ALIGN)
        return n + TLSF_ALIGN;
    return (to & ~(size_t)(TLSF_ALIGN - 1)) - 2 * TLSF_ALIGN;
}

static size_t least[SLOTS], most[SLOTS]; /* the sizes of a bin; 0: none */

static bool check_loss(size_t bin) {
    if (!least[bin]) return true;
    size_t loss = most[bin] - least[bin];
    if (bin < FINE) return loss <= least[bin] / SLLEN;
    return loss <= least[bin] + (MAP_FLOAT ? 0 : SLLEN * TLSF_ALIGN);
}

static void sweep_sizes(void) {
    /* No block is larger than the last size. */
    size_t left = SIZE_MAX - SIZE_LAST;
    REQUIRE(WORD > 4 || left < sizeof(struct heap) || TLSF_FLLEN < 26);
    size_t bin = FIRST_BIN, before = FIRST_BIN - SLLEN;
    uint64_t end = bound_end(bin), n = BLOCK_MIN;
    memset(least, 0, sizeof least);
    memset(most, 0, sizeof most);
    for (; n <= SIZE_LAST; n = next_size((size_t)n, end)) {
        for (; n >= end; end = bound_end(++bin))
            REQUIRE(check_loss(bin));
        size_t below = map_floor((size_t)n - 1);
        size_t own = map_floor((size_t)n);
        REQUIRE(own == bin && below >= before && own >= below);
        if (!least[bin]) least[bin] = (size_t)n;
        most[bin] = (size_t)n;
        before = own;
        step++;
    }
    REQUIRE(bin < SLOTS);
    REQUIRE(check_loss(bin));
}

static struct heap tested;
static struct block block_of_bin[SLOTS];

static void naive_check_maps(void) {
    size_t root = 0;
    for (size_t row = 2; row < TLSF_FIRST_ROW; row++)
        REQUIRE(!tested.slot[row].map);
    for (size_t row = TLSF_FIRST_ROW; row < SLOTS / SLLEN; row++) {
        size_t map = 0;
        for (size_t i = 0; i < SLLEN; i++)
            map |= (size_t) !!tested.slot[row * SLLEN + i].first << i;
        REQUIRE(tested.slot[row].map == map);
        root |= (size_t) !!map << row;
    }
    REQUIRE(tested.slot[ROOT].map == root && !tested.slot[NO_ROW].map);
}

static struct block *naive_above(size_t bin) {
    while (++bin < SLOTS)
        if (tested.slot[bin].first) return tested.slot[bin].first;
    return NULL;
}

/* The block for a search of `size` bytes. */
static struct block *naive_find(size_t size) {
    size_t bin = slot_index(&tested, bins_floor(&tested, size));
    struct block *b = bin < FIRST_BIN ? NULL : tested.slot[bin].first;
    return b && b->header >= size ? b : naive_above(bin);
}

static void check_search(size_t bin) {
    REQUIRE(bins_above(&tested, bin) == naive_above(bin));
    for (int large = 0; large < 2 && bin >= FIRST_BIN && least[bin]; large++) {
        size_t size = large ? most[bin] : least[bin];
        struct block *b = bins_find(&tested, size);
        REQUIRE(b == naive_find(size));
        REQUIRE(!b || b->header >= size);
    }
    step++;
}

static void flip(size_t bin) {
    struct block *b = &block_of_bin[bin];
    uint64_t begins = bound(bin);
    b->header = bin % 2 ? least[bin] : most[bin];
    if (!b->header) b->header = begins < SIZE_MAX ? (size_t)begins : SIZE_MAX;
    if (tested.slot[bin].first)
        bins_remove(&tested, b);
    else
        bins_insert(&tested, b, slot_link(&tested, bin));
}

/* Every pattern of `count` bins from `first` on, `apart` from each other, in
   the order of a Gray code: one changes at a time. */
static void check_patterns(size_t first, size_t count, size_t apart) {
    REQUIRE(count < 8 * WORD);
    for (size_t i = 1; i <= (size_t)1 << count; i++) {
        naive_check_maps();
        check_search(first - 1);
        for (size_t at = 0; at < count; at++)
            check_search(first + at * apart);
        size_t bit = (size_t)__builtin_ctzl(i);
        flip(first + (bit < count ? bit : count - 1) * apart);
    }
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Neighbours everywhere, and neighbouring rows; with the last bin or not. */
static void check_all_patterns(size_t wide) {
    size_t bins = smaller(wide, SLOTS - FIRST_BIN);
    size_t rows = smaller(wide, TLSF_FLLEN);
    for (size_t bin = FIRST_BIN; bin + bins <= SLOTS; bin++) {
        check_patterns(bin, bins, 1);
        if (bin + bins == SLOTS) continue;
        flip(SLOTS - 1);
        check_patterns(bin, bins, 1);
        flip(SLOTS - 1);
    }
    for (size_t bin = FIRST_BIN; bin + (rows - 1) * SLLEN < SLOTS; bin++)
        check_patterns(bin, rows, SLLEN);
}
