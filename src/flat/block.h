/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Memory is a row of blocks. Only this file and header.h read and write
 * headers. They know nothing of bins, nor of where memory comes from.
 *
 *       struct block *b                          block_at(b, size)
 *       |                                        |
 *       v                                        v
 *   used   [ prev | header | payload ........... ][ prev | header | ...
 *   free   [ prev | header | next | link | ..... ][ prev | header | ...
 *
 * The header is one word: the distance in bytes to the next block, and FREE_BIT
 * in its lowest bit. `prev` is the block before, free or not. The first block
 * of a pool has none before it: there `prev` is any block in use.
 */
#ifndef TLSF_BLOCK_H
#define TLSF_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "../core/compiler.h"
#include "../include/tlsf_config.h"

enum {
    WORD = sizeof(size_t),
    BLOCK_COST = 2 * WORD, /* bytes of a used block that are not payload */
    /* From a block's address to its payload. */
    HEAD = TLSF_ALIGN > BLOCK_COST ? TLSF_ALIGN : BLOCK_COST,
    BLOCK_GAP =
        HEAD - BLOCK_COST, /* bytes at its address that are not its own */
    FREE_BIT = 1,
    GAP_BIT = 2, /* of an end marker alone: header.h */
    /* what a block must hold when it is free */
    BLOCK_MIN = TLSF_ALIGN > 4 * WORD ? TLSF_ALIGN : 4 * WORD,
};

/* Blocks lie at multiples of TLSF_ALIGN, as payloads do and pages. So nothing
   need be added where they meet, and in front there may be bytes that are not
   ours. */
struct block {
    unsigned char before[BLOCK_GAP];
    struct block *prev;
    size_t header;
    struct block *next; /* in a free block: the next one of its bin */
    struct block *link; /* in a free block: the place whose `next` is this */
};

/* Larger requests fail at once, so that no sum wraps. Of 64 bits they are less
   than the last bin's least size, 3 * 2^35 bytes. */
#define REQUEST_MAX ((SIZE_MAX >> (WORD > 4 ? 28 : 0)) - BLOCK_COST - HEAD)

_Static_assert(offsetof(struct block, next) == HEAD, "payload is the links");
_Static_assert((BLOCK_MIN & (BLOCK_MIN - 1)) == 0, "BLOCK_MIN is 2^n");
_Static_assert(!(FREE_BIT & GAP_BIT), "each flag has its bit");
_Static_assert(TLSF_ALIGN > (FREE_BIT | GAP_BIT),
               "the flags fit below the granule");

#include "../core/address.h"

/* ---- Reading headers ---- */

static bool block_is_free(const struct block *b) {
    return b->header & FREE_BIT;
}

/* The size of a block that is known to be free, or in use. */
static size_t block_free_size(const struct block *b) {
    return b->header - FREE_BIT;
}
static size_t block_used_size(const struct block *b) { return b->header; }

/* The size of any block. */
static size_t block_size(const struct block *b) {
    return block_is_free(b) ? block_free_size(b) : block_used_size(b);
}

/* Has a free block, or one of size 0, less than `size` bytes? FREE_BIT does not
   matter: sizes are whole granules. */
static bool block_is_smaller(const struct block *b, size_t size) {
    return b->header < size;
}

/* A trust.h: the block before; and the same where the heap goes back to it,
   which may be checked. */
static struct block *block_prev(const struct block *b);
static struct block *block_before(const struct block *b);

/* ---- Writing headers ---- */

/* A trust.h, too. */
static void block_set_prev(struct block *b, struct block *prev);

static void block_set_free(struct block *b, size_t size) {
    b->header = size | FREE_BIT;
}

static void block_set_used(struct block *b, size_t size) { b->header = size; }

/* A used block of size 0, which is a header alone: the end marker of a pool. */
static void block_set_end(struct block *b) { block_set_used(b, 0); }

#endif
