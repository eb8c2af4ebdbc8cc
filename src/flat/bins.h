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

/* An ends.h: the `next` of a list's last block; and the block that a `next`, of
   a block or a bin, means, or NULL. */
static struct block *ends_none(void);
static struct block *ends_read(struct block *next);

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
    return ends_read(h->slot[bin].first);
}

static uint64_t bins_map(const struct heap *h) { return h->map; }

/* ---- Lists ---- */

/* A lists.h. Puts a block in front of a bin's list. */
static void bins_push(struct heap *h, struct block *bin, struct block *b);

/* Makes `next`, as a block's `next` says it, follow the link of a block that
   leaves its list. */
static void bins_join(struct heap *h, struct block *link, struct block *next);

/* Takes a free block out of its list. Returns its size. */
static size_t bins_remove(struct heap *h, struct block *b);

static void bins_insert(struct heap *h, struct block *b, size_t size) {
    bins_push(h, bins_floor(h, size), b);
}

/* ---- Searching ---- */

/* The first block of a bin, from its number as map_floor has it. */
static struct block *bins_floor_first(const struct heap *h, size_t number) {
    uintptr_t at = bins_origin(h) + number * WORD;
    return ((const struct place *)at)->link.next;
}

/* The first block of the lowest of these bins that holds one, or NULL. */
static struct block *bins_lowest(const struct heap *h, uint64_t of) {
    uint64_t map = bins_map(h) & of;
    return h->slot[map ? trailing_zeros_64(map) : NO_BIN].first;
}

#endif
