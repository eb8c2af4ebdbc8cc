/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The index for speed. Behind the bins lie the words of the top, of the last
 * remainder and of the high-water mark (heap.h).
 */
#ifndef TLSF_INDEX_H
#define TLSF_INDEX_H

#include "../include/tlsf_config.h"

enum {
    TOP = TLSF_SLOTS,
    LAST_REMAINDER = TOP + 1,
    HIGH_WATER = TOP + 2,
    WORDS = TOP + 3,
    LAST_APART = LAST_REMAINDER,
};

#include "../core/bins.h"

/* Sets or clears the bit. (time: it takes 54 bytes more than flipping.) */
static void bins_mark(struct heap *h, size_t bin, bool empty) {
    size_t row = bin / SLLEN, bit = (size_t)1 << (bin % SLLEN);
    if (empty) {
        size_t map = h->slot[row].map ^ bit;
        h->slot[row].map = map;
        /* time: no branch, since a map's becoming empty is hard to predict */
        h->slot[ROOT].map ^= hide_from_optimiser(!map) << row;
    } else {
        h->slot[row].map |= bit;
        h->slot[ROOT].map |= (size_t)1 << row;
    }
}

/* Takes the maps of a row and of the next as one word, whose bits are the bins
   in order. It reads the root only if both hold nothing. It never returns the
   top. */
static struct block *bins_above(const struct heap *h, size_t bin) {
    size_t row = bin / SLLEN;
    uint64_t maps = h->slot[row].map | (uint64_t)h->slot[row + 1].map << SLLEN;
    maps = maps >> (bin % SLLEN) >> 1;
    if (maps) return h->slot[bin + 1 + (size_t)__builtin_ctzll(maps)].first;
    row = lowest_bit(h->slot[ROOT].map & (uint32_t)-4 << row);
    size_t map = h->slot[row].map;
    return map ? h->slot[row * SLLEN + lowest_bit(map)].first : NULL;
}

#endif
