/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Bins: the two-level index of free blocks (Masmano et al., "TLSF: a new
 * dynamic memory allocator for real-time systems", ECRTS 2004). Knows free
 * blocks by their size; knows nothing of neighbours.
 *
 * The first level is a power of two of sizes, a row; the second divides it
 * into SLLEN bins. Everything is one array of words, so that a bin's row is
 * its index / SLLEN, and the same index arithmetic serves both levels:
 *
 *   0      1     FIRST_ROW ..                FIRST_ROW * SLLEN ..
 *   [root ][end ][ a map of bins for a row ..][ bins: first block or NULL .. ]
 *
 * Bit r of root is set while map r is not zero; bit i of map r is set while
 * bin r * SLLEN + i is not empty. Maps 2 to FIRST_ROW - 1 and word 32, which
 * a failed search reads, are always zero, as are those behind the last bin.
 * Such a search ends at word 32 * SLLEN + 32, which therefore is the tail
 * (where a heap has so many words). The tail and `end` are the heap's: heap.h.
 */
#ifndef TLSF_BINS_H
#define TLSF_BINS_H

#include "block.h"

union slot {
    size_t map;
    struct block *first;
};

/* floor(log2(n)) of a constant, for n up to 2^16 */
#define LOG2(n) (31 - __builtin_clz(n))

enum {
    SLLEN = TLSF_SLLEN,
    SLLOG = LOG2(TLSF_SLLEN),
    FIRST_BIN = TLSF_FIRST_ROW * SLLEN,
    SLOTS = TLSF_SLOTS,
    SHORT = TLSF_SHORT, /* the heap ends behind the bins */
    ROOT = 0,
    END = 1,
    NO_ROW = 32, /* what searching an empty map gives */
    TAIL = TLSF_WORDS - 1,
    REMAINDER = TLSF_FAST ? TAIL + 1 : TAIL, /* heap.h */
    FRESH = TLSF_FAST ? TAIL + 2 : TAIL,
};

/*
 * A heap's whole state; all zero is an empty heap. The tail and the fast
 * build's remainder are bins of one block that are no part of the index:
 * heap.h.
 */
struct heap {
    union slot slot[TLSF_WORDS + 2 * TLSF_FAST];
};

_Static_assert(FIRST_BIN > NO_ROW, "word 32 is no bin");
_Static_assert(TLSF_FIRST_ROW + TLSF_FLLEN <= FIRST_BIN, "maps end in time");
_Static_assert(SHORT || TAIL == NO_ROW * SLLEN + NO_ROW,
               "a failed search ends at the tail");

static unsigned lowest_bit(size_t map) {
    return map ? (unsigned)__builtin_ctz((unsigned)map) : NO_ROW;
}

/* The bits above `bit` (modulo SLLEN) of a map. */
static size_t bits_above(size_t bit) {
    return (uint32_t)-2 << (bit % SLLEN) & (uint32_t)((1ull << SLLEN) - 1);
}

/*
 * The upper bits of a size as a float: its exponent and the SLLOG bits below
 * its highest one. Above 2^24 the conversion may round up into the next bin;
 * the mapping need only be monotone, because a search compares what this
 * function says of two sizes (bins_find).
 */
static size_t bin_float(size_t size) {
    union {
        float f;
        uint32_t bits;
    } x = {(float)size};
    const size_t bias = (size_t)(127 + LOG2(BLOCK_MIN) - TLSF_FIRST_ROW)
                        << SLLOG;
    size_t bin = (size_t)(x.bits >> (23 - SLLOG)) - bias;
    /* All sizes have rows: the remainder changes nothing, saves 17 bytes. */
    const bool all = LOG2(BLOCK_MIN) + TLSF_FLLEN >= 8 * WORD;
    if (all) bin %= 8 * WORD * SLLEN;
    return !all && bin >= SLOTS ? SLOTS - 1 : bin;
}

/*
 * A bin for each of the first SLLEN granules, and SLLEN for each power of two
 * above: with SLLEN more granules, the first row is like any other.
 */
static size_t bin_integer(size_t size) {
    size_t n = size / TLSF_ALIGN + SLLEN;
    unsigned up = 8 * WORD - 1 - SLLOG - (unsigned)__builtin_clzl(n);
    size_t bin = (up << SLLOG) + (n >> up) + FIRST_BIN - SLLEN;
    const bool all = 8 * WORD - LOG2(TLSF_ALIGN) - SLLOG < TLSF_FLLEN;
    return !all && bin >= SLOTS ? SLOTS - 1 : bin;
}

/* What has slot i as its `next`. */
static struct block *slot_link(const struct heap *h, size_t i) {
    return (struct block *)((uintptr_t)&h->slot[i] - HEAD);
}

/*
 * A bin is known by the `link` of its first block: what has the bin's word as
 * its `next`. This is the one of a free block of this size: the largest bin
 * whose every block satisfies it.
 */
static struct block *bins_floor(const struct heap *h, size_t size) {
    return slot_link(h, TLSF_FLOAT ? bin_float(size) : bin_integer(size));
}

/* The number of the bin, or one >= SLOTS if the link is a block. */
static size_t bins_index(const struct heap *h, const struct block *link) {
    return ((uintptr_t)link + HEAD - (uintptr_t)h) / sizeof(union slot);
}

/* A bin's bit changes; its row's bit does if the map holds no other. */
static void bins_flip(struct heap *h, const struct block *link) {
    size_t bin = bins_index(h, link);
    size_t row = bin / SLLEN, was = h->slot[row].map;
    size_t map = was ^ (size_t)1 << (bin % SLLEN);
    size_t alone = !(was & map);
    h->slot[row].map = map;
    h->slot[ROOT].map ^= alone << row;
}

/* The same where it is known which of the two: faster, but 54 bytes more. */
static void bins_set(struct heap *h, const struct block *link) {
    size_t bin = bins_index(h, link), row = bin / SLLEN;
    h->slot[row].map |= (size_t)1 << (bin % SLLEN);
    h->slot[ROOT].map |= (size_t)1 << row;
}

/* No branch: whether a map becomes empty is hard to foresee. */
static void bins_clear(struct heap *h, const struct block *link) {
    size_t bin = bins_index(h, link), row = bin / SLLEN;
    size_t map = h->slot[row].map ^ (size_t)1 << (bin % SLLEN);
    h->slot[row].map = map;
    h->slot[ROOT].map ^= opaque(!map) << row;
}

/*
 * bins_above for speed, or NULL: the maps of a row and of the next as one word,
 * whose bits are the bins in order; the root only where both hold nothing.
 */
static struct block *bins_above_two(const struct heap *h,
                                    const struct block *link) {
    size_t bin = bins_index(h, link), row = bin / SLLEN;
    uint64_t maps = h->slot[row].map | (uint64_t)h->slot[row + 1].map << SLLEN;
    maps = maps >> (bin % SLLEN) >> 1;
    if (maps) return h->slot[bin + 1 + (size_t)__builtin_ctzll(maps)].first;
    row = lowest_bit(h->slot[ROOT].map & (uint32_t)-4 << row);
    size_t map = h->slot[row].map;
    return map ? h->slot[row * SLLEN + lowest_bit(map)].first : NULL;
}

/* The first block of the first bin above that has one; else the tail. */
static struct block *bins_above(const struct heap *h,
                                const struct block *link) {
    if (TLSF_FAST) return bins_above_two(h, link);
    size_t bin = bins_index(h, link), row = bin / SLLEN;
    size_t map = h->slot[row].map & bits_above(bin);
    if (!map) {
        row = lowest_bit(h->slot[ROOT].map & (uint32_t)-2 << row);
        map = h->slot[row].map;
    }
    if (SHORT && !map) return h->slot[TAIL].first;
    struct block *b = h->slot[row * SLLEN + lowest_bit(map)].first;
    if (SHORT && !b) __builtin_unreachable();
    return b;
}

/*
 * A free block of at least `size` bytes; else the tail, which may be smaller
 * or the end, or NULL. Every block of a bin above bins_floor(n) is larger than
 * n: that is all that this relies on.
 */
static struct block *bins_find(const struct heap *h, size_t size) {
    struct block *link = bins_floor(h, size), *b = link->next;
    return b && b->header >= size ? b : bins_above(h, link);
}

/* A bin became empty or ceased to be; what else a `link` may be has no bit. */
static void bins_change(struct heap *h, const struct block *link, bool empty) {
    size_t row = opaque(bins_index(h, link) / SLLEN); /* not the bin: a byte */
    if (row >= SLOTS / SLLEN) return;
    if (!TLSF_FAST) {
        bins_flip(h, link);
    } else if (empty) {
        bins_clear(h, link);
    } else {
        bins_set(h, link);
    }
}

/*
 * `next` follows b, or nothing does, and then the bin at `link` changes: what
 * insert and remove have in common (10 bytes of tlsf-min.wasm).
 */
static INLINE void bins_join(struct heap *h, struct block *b,
                             struct block *next, const struct block *link,
                             bool empty) {
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
