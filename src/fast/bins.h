/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Bins: the index of free blocks, for speed. It knows free blocks by their
 * size, and nothing of their neighbours.
 *
 * Sizes below 64 granules have a bin each. Above, the first level is a power of
 * two of sizes, and the second level divides it into 8 bins. 64 bins are a row,
 * which has one map:
 *
 *   map[0]   bit i: is there a block of i granules?
 *   map[r]   bit i: does bin 64 r + i hold a block?   (8 powers of two)
 *   rows     bit r, from 1 on: is map[r] not zero?
 *   bin      [ bin 0: next, link ][ bin 1: next, link ] ...
 *
 * The blocks of a bin and the bin itself are a circle, so that a block is
 * unlinked without a question. A bin that was never used is all zero: only the
 * map says whether a bin holds a block.
 *
 *        +-> [ bin ] <-> [ free ] <-> [ free ] <-+
 *        +---------------------------------------+
 *
 * Two free blocks are in no bin, and move by a change of where they begin: the
 * top, before the end of memory, and the last remainder (heap.h).
 */
#ifndef TLSF_BINS_H
#define TLSF_BINS_H

#include "../core/block.h"
#include "../core/log2.h"

enum {
    ROW = 64,                 /* bins that share a map */
    PARTS_LOG = 3,            /* log2 of the bins of a power of two */
    SMALL = ROW * TLSF_ALIGN, /* smaller sizes have a bin each */
    SMALL_LOG = LOG2(ROW * TLSF_ALIGN),
    BINS = ROW + ((8 * WORD - SMALL_LOG) << PARTS_LOG),
    ROWS = (BINS + ROW - 1) / ROW,
};

/* What a bin has of a block. */
struct links {
    struct block *next, *link;
} MAY_ALIAS;

/* A heap's whole state. All zero is an empty heap. */
struct heap {
    uint64_t map[ROWS];
    size_t rows;
    struct block *remainder, *remainder_end; /* the last remainder, or NULL */
    struct block *top, *end;  /* the last pool's end marker, or NULL */
    struct block *high_water; /* heap.h */
    struct links bin[BINS];
};

_Static_assert(BLOCK_MIN == TLSF_ALIGN, "each multiple of it is a size");
_Static_assert(ROWS <= 8 * WORD, "a bit of a word for each");

/* ---- Which bin? ---- */

/* The bin of a size that shares it with others. */
static size_t map_large(size_t size) {
    unsigned power = 8 * WORD - 1 - leading_zeros(size);
    return ROW + (power << PARTS_LOG) + (size >> (power - PARTS_LOG)) -
           ((SMALL_LOG + 1) << PARTS_LOG);
}

/* The bin of a free block of this size: the largest one in which every block
   satisfies a request for it. It is monotone: blocks in bins above are larger.
 */
static size_t map_floor(size_t size) {
    return size < SMALL ? size / TLSF_ALIGN : map_large(size);
}

/* A bin as a block that has its two links. */
static struct block *bins_at(const struct heap *h, size_t bin) {
    return (struct block *)((uintptr_t)&h->bin[bin] - HEAD);
}

/* The number of a bin; any other one for a block. */
static size_t bins_number(const struct heap *h, const struct block *bin) {
    return ((uintptr_t)bin + HEAD - (uintptr_t)h->bin) / sizeof(struct links);
}

static uint64_t bins_bit(size_t bin) { return (uint64_t)1 << bin % ROW; }

static bool bins_has(const struct heap *h, size_t bin) {
    return h->map[bin / ROW] & bins_bit(bin);
}

/* The first block of a bin that holds one. */
static struct block *bins_first(const struct heap *h, size_t bin) {
    return bins_at(h, bin)->next;
}

/* ---- Lists ---- */

static struct block *block_next(const struct block *b) { return b->next; }
static struct block *block_link(const struct block *b) { return b->link; }

/* Makes b the first block of a bin. (time: its link says whether the bin was
   ever used: the processor foresees that. The map could tell whether it is
   empty, but it was often written a moment before.) */
static void bins_push(struct heap *h, struct block *b, size_t bin) {
    struct block *at = bins_at(h, bin), *next = at->next;
    if (!next) {
        /* time: a branch, and no choice between two words */
        next = (struct block *)hide_from_optimiser((uintptr_t)at);
    }
    h->map[bin / ROW] |= bins_bit(bin);
    b->next = next;
    b->link = at;
    at->next = b;
    next->link = b;
}

static void bins_insert(struct heap *h, struct block *b, size_t size) {
    if (size < SMALL) {
        bins_push(h, b, size / TLSF_ALIGN);
    } else {
        size_t bin = map_large(size);
        if (!h->map[bin / ROW]) h->rows |= (size_t)1 << bin / ROW;
        bins_push(h, b, bin);
    }
}

/* A bin lost its last block. The first row has no bit in `rows`. */
static void bins_empty(struct heap *h, size_t bin) {
    size_t row = bin / ROW;
    uint64_t map = h->map[row] & ~bins_bit(bin);
    h->map[row] = map;
    if (!map) h->rows &= ~((size_t)1 << row);
}

/* In a circle of one block both its links are the bin. */
static void bins_remove(struct heap *h, struct block *b) {
    struct block *next = b->next, *link = b->link;
    next->link = link;
    link->next = next;
    if (next == link) bins_empty(h, bins_number(h, next));
}

/* Takes the first block, b, out of a bin of the first row. (time: no branch) */
static void bins_pop_small(struct heap *h, struct block *b, size_t bin) {
    struct block *next = b->next, *at = bins_at(h, bin);
    next->link = at;
    at->next = next;
    /* time: a condition is a number here */
    h->map[0] ^= (uint64_t)hide_from_optimiser(next == at) << bin;
}

/* Is a row's bit in `rows` as it must be? */
static bool bins_row_is_right(const struct heap *h, size_t row) {
    bool has = row && row < ROWS && h->map[row];
    return (h->rows >> row & 1) == has;
}

/* A bin that holds nothing is as if it never had. */
static void bins_forget(struct heap *h, size_t bin) {
    h->bin[bin] = (struct links){NULL, NULL};
}

/* ---- Searching ---- */

/* The first block of this bin, or of the next one above that holds one; or
   NULL. The bin may be the one behind the last. */
static struct block *bins_from(const struct heap *h, size_t bin) {
    size_t row = bin / ROW;
    uint64_t map = h->map[row] >> bin % ROW;
    if (map) return bins_first(h, bin + trailing_zeros_64(map));
    size_t rows = h->rows >> row >> 1;
    if (!rows) return NULL;
    row += 1 + trailing_zeros((uint32_t)rows);
    return bins_first(h, row * ROW + trailing_zeros_64(h->map[row]));
}

/* A free block of at least `size` bytes, SMALL or more, or NULL. Only the first
   block of the size's own bin is looked at. */
static struct block *bins_find(const struct heap *h, size_t size) {
    size_t bin = map_large(size);
    if (bins_has(h, bin)) {
        struct block *b = bins_first(h, bin);
        if (block_free_size(b) >= size) return b;
    }
    return bins_from(h, bin + 1);
}

#endif
