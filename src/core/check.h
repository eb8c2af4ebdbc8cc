/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The invariants of heap.h as code. A function that returns int returns the
 * number of the first invariant that it finds broken, or 0. It changes nothing.
 */
#ifndef TLSF_CHECK_H
#define TLSF_CHECK_H

#include "heap.h"

#include "check_rows.h"

enum { END_SIZE = HEAD, TAG_SIZE = WORD }; /* what a free block ends in */

static struct block *check_first(const void *start) {
    return pool_first((uintptr_t)start);
}

/* Is b the first block of the bin of its size? (5) */
static bool check_is_home(const struct heap *h, const struct block *b) {
    if (block_link(b) != bins_floor(h, block_free_size(b))) return false;
    return slot_first(h, slot_index(h, block_link(b))) == b;
}

static bool check_is_linked(const struct check *c, const struct block *b) {
    const struct block *next = block_next(b), *link = block_link(b);
    if (next && !(check_is_block(c, next) && block_link(next) == b))
        return false;
    if (check_is_home(c->h, b)) return true;
    return check_is_block(c, link) && block_next(link) == b;
}

static bool check_is_end(const struct block *b) { return !block_is_free(b); }

static int check_before(const struct block *b, const struct block *before) {
    if (!before || !block_is_free(before)) return block_prev_is_free(b) ? 3 : 0;
    if (!block_prev_is_free(b) || block_prev(b) != before) return 3;
    return block_is_free(b) ? 4 : 0;
}

/* Checks a bin's list; `limit` bounds a list that runs in a circle. */
static int check_bin(const struct check *c, size_t bin, size_t *limit) {
    const struct block *link = slot_link(c->h, bin);
    for (const struct block *b = slot_first(c->h, bin); b; b = block_next(b)) {
        if (!check_is_block(c, b) || block_link(b) != link) return 5;
        const struct block *home = bins_floor(c->h, block_size(b));
        if (!block_is_free(b) || slot_index(c->h, home) != bin) return 5;
        if (!(*limit)--) return 7;
        link = b;
    }
    return 0;
}

/* Are these words, which are always zero? */
static bool check_is_blank(const struct heap *h, size_t from, size_t to) {
    for (size_t word = from; word < to; word++)
        if (slot_map(h, word)) return false;
    return true;
}

/* Checks a row's bit, its map and its bins. */
static int check_map(const struct check *c, size_t row, size_t *limit) {
    bool has_bins = row >= FIRST_ROW && row * SLLEN < SLOTS;
    size_t map = slot_map(c->h, row);
    if (!(slot_map(c->h, ROOT) >> row & 1) != !map) return 6;
    if (!has_bins && map) return 6;
    for (size_t i = 0; has_bins && i < SLLEN; i++) {
        size_t bin = row * SLLEN + i;
        if (!(map >> i & 1) != !slot_first(c->h, bin)) return 6;
        int broken = check_bin(c, bin, limit);
        if (broken) return broken;
    }
    return (uint64_t)map >> SLLEN ? 6 : 0;
}

static int check_bins(const struct check *c, size_t count) {
    const struct heap *h = c->h;
    if (!check_is_blank(h, NO_ROW, FIRST_BIN)) return 6;
    for (size_t row = 2; row < 32; row++) {
        int broken = check_map(c, row, &count);
        if (broken) return broken;
    }
    if (slot_map(h, ROOT) & 3 || (uint64_t)slot_map(h, ROOT) >> 32) return 6;
    return count ? 7 : 0;
}

/* The words that a search which fails may read. */
static int check_ends(const struct check *c) {
    bool is_blank = !slot_map(c->h, END) && check_is_blank(c->h, SLOTS, WORDS);
    return is_blank ? 0 : 8;
}

#endif
