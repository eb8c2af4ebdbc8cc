/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The index in the fewest bytes: one function sets and clears a bit. */
#ifndef TLSF_INDEX_H
#define TLSF_INDEX_H

#include "../include/tlsf_config.h"

#include "../core/bins.h"

/* Flips a bin's bit, and its row's bit if the map holds no other. */
static void bins_mark(struct heap *h, size_t bin, bool empty) {
    (void)empty;
    size_t row = bin / SLLEN, was = h->slot[row].map;
    size_t map = was ^ (size_t)1 << (bin % SLLEN);
    size_t alone = !(was & map);
    h->slot[row].map = map;
    h->slot[ROOT].map ^= alone << row;
}

static struct block *bins_above(const struct heap *h, size_t bin) {
    size_t row = bin / SLLEN;
    size_t map = h->slot[row].map & bits_above(bin);
    if (!map) {
        row = lowest_bit(h->slot[ROOT].map & (uint32_t)-2 << row);
        map = h->slot[row].map;
    }
    if (SHORT && !map) return NULL;
    struct block *b = h->slot[row * SLLEN + lowest_bit(map)].first;
    /* size: 3, a bin whose bit is set holds a block */
    if (SHORT && !b) UNREACHABLE();
    return b;
}

#endif
