/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Bins: the index of free blocks (Masmano et al., "TLSF: a new dynamic memory
 * allocator for real-time systems", ECRTS 2004). It knows free blocks by their
 * size, and nothing of their neighbours.
 *
 * The first level is a power of two of sizes, and the second level halves it.
 * So few bins have one map for both levels:
 *
 *   map    bit i is set while bin i holds a block
 *   slot   [ bin 0 ][ bin 1 ] ... [ bin 63 ][ NULL ]
 *          the first block of a bin, or NULL
 *
 * Blocks of a bin are a list. The link of the first one is the bin's own: an
 * address that lies as far before the slot as a block before its `next`. These
 * are odd, so that a link tells by its lowest bit whether it is a bin.
 */
#ifndef TLSF_BINS_H
#define TLSF_BINS_H

#include "block.h"

#include "layout.h"

/* map_float.h or map_integer.h, which the build has included, says which bin a
   free block of a size is in: map_floor(size), FIRST_NUMBER to LAST_NUMBER. The
   mapping must be monotone: blocks in the bins above are larger. */

enum {
    BINS = LAST_NUMBER - FIRST_NUMBER + 1,
    NO_BIN = BINS, /* the result of a search that fails */
    WORD_LOG = WORD > 4 ? 3 : 2,
    ODD = WORD - 1, /* a slot lies so far behind a multiple of WORD */
};

/* A part of the state that is not aligned. */
struct slot {
    struct block *first;
} PACKED MAY_ALIAS;

/* A block or the link of a bin: what both have. */
struct link {
    unsigned char before[HEAD];
    struct block *next;
} PACKED MAY_ALIAS;

/* From a multiple of WORD on. */
struct place {
    unsigned char odd[ODD];
    struct link link;
} PACKED MAY_ALIAS;

/* A heap's whole state. All zero is an empty heap. */
struct heap {
    uint64_t map;
    struct block *end; /* the last pool's end marker, or NULL */
    unsigned char unused[LAYOUT_GAP + ODD];
    struct slot slot[BINS + 1];
};

_Static_assert(BINS == 64, "a bit of the map for each");
_Static_assert(offsetof(struct heap, slot) % WORD == ODD, "slots are odd");

/* first.h or look.h: a free block of at least `size` bytes, or NULL: one of the
   bin of this size, or the first one of the next bin above. */
static struct block *bins_find(const struct heap *h, size_t size);

/* ---- Links ---- */

static struct block *link_next(const struct block *link) {
    return ((const struct link *)link)->next;
}

/* An ends.h: the block that a `next` means, or NULL; and the `next` of x, a
   block or a bin, before y or nothing. */
static struct block *ends_read(struct block *next);
static struct block *ends_write(const struct block *x, struct block *y);

static struct block *block_next(const struct block *b) {
    return ends_read(b->next);
}
static struct block *block_link(const struct block *b) { return b->link; }

/* Where the place of a bin with the number 0 would be. */
static uintptr_t bins_origin(const struct heap *h) {
    return (uintptr_t)h->slot - HEAD - ODD - FIRST_NUMBER * WORD;
}

/* The link of the first block in the bin of this size. */
static struct block *bins_floor(const struct heap *h, size_t size) {
    return (struct block *)(bins_origin(h) +
                            (map_floor(size) << WORD_LOG | ODD));
}

/* The bin of a link that is one. */
static size_t bins_number(const struct heap *h, const struct block *link) {
    return (((uintptr_t)link - bins_origin(h)) >> WORD_LOG) - FIRST_NUMBER;
}

/* The bits of a bin and those above it. */
static uint64_t bins_upwards(size_t number) {
    return ~(uint64_t)0 << (number - FIRST_NUMBER) % BINS;
}

static struct block *bins_first(const struct heap *h, size_t bin) {
    return h->slot[bin].first;
}

static uint64_t bins_map(const struct heap *h) { return h->map; }

/* ---- Lists ---- */

/* Makes y, or nothing, follow x in a list. Insert and remove have this in
   common. If x is a bin, which is odd, its bit flips where it becomes empty or
   was empty. (time: a branch, so that the map rests where it stays as it is.
   bytes: one, of which clang would make two) */
static void bins_join(struct heap *h, struct block *x, struct block *y) {
    size_t flips = hide_from_optimiser(!y != !link_next(x));
    if ((uintptr_t)x & flips)
        h->map ^= (uint64_t)1 << bins_number(h, x) % BINS;
    ((struct link *)x)->next = ends_write(x, y);
    if (layout_has(y)) y->link = x;
}

static void bins_insert(struct heap *h, struct block *b, size_t size) {
    struct block *bin = bins_floor(h, size);
    bins_join(h, b, link_next(bin));
    bins_join(h, bin, b);
}

/* A trust.h: takes a free block out of its list. */
static void bins_remove(struct heap *h, struct block *b);

/* ---- Searching ---- */

/* The first block of a bin, from its number as map_floor has it. */
static struct block *bins_floor_first(const struct heap *h, size_t number) {
    uintptr_t at = bins_origin(h) + number * WORD;
    return ((const struct place *)at)->link.next;
}

/* The first block of the lowest of these bins that holds one, or NULL. */
static struct block *bins_lowest(const struct heap *h, uint64_t of) {
    uint64_t map = bins_map(h) & of;
    return bins_first(h, map ? trailing_zeros_64(map) : NO_BIN);
}

#endif
