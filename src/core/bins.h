/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Bins: the two-level index of free blocks (Masmano et al., "TLSF: a new
 * dynamic memory allocator for real-time systems", ECRTS 2004). It knows free
 * blocks by their size, and nothing of their neighbours.
 *
 * The first level is a power of two of sizes, a row. The second level divides
 * a row into SLLEN bins. Above FLLEN such rows each power of two is one bin, so
 * that every size has a bin that ends. Everything is one array of words, so
 * that the row of a bin is its index / SLLEN, and the same arithmetic serves
 * both levels:
 *
 *   0      1     FIRST_ROW ..                FIRST_ROW * SLLEN ..
 *   [root ][ 0  ][ a map of bins for a row ..][ bins: first block or NULL .. ]
 *
 * Bit r of the root is set while map r is not zero. Bit i of map r is set
 * while bin r * SLLEN + i is not empty. Maps 2 to FIRST_ROW - 1 and word 32,
 * which a search that fails reads, are always zero, and so are the maps behind
 * the last row, word 1 and the words behind the bins.
 *
 * An index.h defines, after it has included this file, bins_mark and
 * bins_above. The build's file includes map_float.h or map_integer.h.
 */
#ifndef TLSF_BINS_H
#define TLSF_BINS_H

#include "block.h"
#include "log2.h"

enum {
    SLLEN = TLSF_SLLEN,
    SLLOG = LOG2(TLSF_SLLEN),
    FIRST_ROW = TLSF_FIRST_ROW,
    FIRST_BIN = FIRST_ROW * SLLEN,
    /* From here on a power of two is one bin. */
    FINE = (FIRST_ROW + TLSF_FLLEN) * SLLEN,
    SLOTS = TLSF_SLOTS,
    WORDS = TLSF_WORDS,
    LAST = WORDS - 1,      /* is always zero: a search that fails ends here */
    SHORT = LAST == SLOTS, /* the heap ends behind the bins */
    ROOT = 0,
    END = 1,     /* is always zero */
    NO_ROW = 32, /* the result of a search in an empty map */
};

/* A word of the index. It may alias: the core API declares its heaps as words
   of another type (tlsf.h). */
union slot {
    size_t map;
    struct block *first;
} MAY_ALIAS;

/* A heap's whole state. All zero is an empty heap. */
struct heap {
    union slot slot[WORDS];
};

_Static_assert(FIRST_BIN > NO_ROW, "word 32 is no bin");
_Static_assert(TLSF_ROWS <= FIRST_BIN, "maps end before the bins");
_Static_assert(SHORT || LAST == NO_ROW * SLLEN + NO_ROW,
               "a search that fails ends at the last word");

/* ---- What a build defines ---- */

/* The bin of a free block of this size: the largest one in which every block
   satisfies a request for it. It must be monotone. bins_find relies on it:
   blocks in the bins above are larger. */
static size_t map_floor(size_t size);

/* Updates the bits of a bin that got its first block, or lost its last. */
static void bins_mark(struct heap *h, size_t bin, bool empty);

/* The first block of the next bin above that has one, or NULL. */
static struct block *bins_above(const struct heap *h, size_t bin);

/* ---- Slots ---- */

static struct block *slot_first(const struct heap *h, size_t i) {
    return h->slot[i].first;
}

static size_t slot_map(const struct heap *h, size_t i) {
    return h->slot[i].map;
}

/* The next block of b's list, and the place whose `next` is b. */
static struct block *block_next(const struct block *b) { return b->next; }
static struct block *block_link(const struct block *b) { return b->link; }

/* The place whose `next` is slot i: the link of the first block there. */
static struct block *slot_link(const struct heap *h, size_t i) {
    return (struct block *)((uintptr_t)&h->slot[i] - HEAD);
}

/* The number of the slot, or one >= WORDS if the link is a block. */
static size_t slot_index(const struct heap *h, const struct block *link) {
    return ((uintptr_t)link + HEAD - (uintptr_t)h) / sizeof(union slot);
}

/* The bin of a size, from what it would be if all rows had SLLEN bins. */
static size_t bin_of_row(size_t bin) {
    return bin < FINE ? bin : FINE + (bin - FINE) / SLLEN;
}

/* ---- Searching ---- */

/* The lowest bit of a map, or NO_ROW. */
static unsigned lowest_bit(size_t map) {
    return map ? trailing_zeros((uint32_t)map) : NO_ROW;
}

/* The bits above `bit` (modulo SLLEN) of a map. */
static size_t bits_above(size_t bit) { return (uint32_t)-2 << (bit % SLLEN); }

/* The link of the first block in the bin of this size. */
static struct block *bins_floor(const struct heap *h, size_t size) {
    return slot_link(h, map_floor(size));
}

/*
 * A free block of at least `size` bytes, or NULL. Every block in a bin above
 * the floor bin of a size is larger than that size: the search relies on
 * nothing else.
 */
static struct block *bins_find(const struct heap *h, size_t size) {
    struct block *link = bins_floor(h, size), *b = link->next;
    if (b && block_free_size(b) >= size) return b;
    return bins_above(h, slot_index(h, link));
}

/* ---- Lists ---- */

/* Updates the maps after a bin became empty or got its first block. Other
   links have no bit: blocks, and the words behind the bins. */
static void bins_change(struct heap *h, const struct block *link, bool empty) {
    size_t bin = slot_index(h, link);
    /* size: 1, the row is compared and not the bin */
    size_t row = hide_from_optimiser(bin / SLLEN);
    if (row >= SLOTS / SLLEN) return;
    bins_mark(h, bin, empty);
}

/* Makes `next` follow b. If there is no next, the bin at `link` changes. Insert
   and remove have this in common (size: 10). */
static void bins_join(struct heap *h, struct block *b, struct block *next,
                      const struct block *link, bool empty) {
    b->next = next;
    if (next) {
        next->link = b;
    } else {
        bins_change(h, link, empty);
    }
}

static void bins_insert(struct heap *h, struct block *b, struct block *link) {
    struct block *next = link->next;
    link->next = b;
    b->link = link;
    bins_join(h, b, next, link, false);
}

static void bins_remove(struct heap *h, struct block *b) {
    bins_join(h, b->link, b->next, b->link, true);
}

#endif
