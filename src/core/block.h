/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Memory is a row of blocks. Only this file reads and writes headers and tags.
 * It knows nothing of bins, nor of where memory comes from.
 *
 *          struct block *b                     block_at(b, size)
 *          |                                   |
 *          v                                   v
 *   used   [ ... | header | payload ........... ][ header | ...
 *   free   [ ... | header | next | link | .. tag ][ header | ...
 *                ^ this block's size counts from here to the next header
 *
 * A header is one word: the distance in bytes to the next header, with two
 * flags in its low bits. A free block ends in its tag, which is its own
 * address, so that the block after it can find it. A used block has payload
 * there: its header is all that it costs. `b` points one word before the
 * header, at the previous block's tag, so that every field has a positive
 * offset; that word is ours only while PREV_FREE is set.
 */
#ifndef TLSF_BLOCK_H
#define TLSF_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "../include/tlsf_config.h"
#include "compiler.h"

struct block {
    struct block *prev; /* tag of the block before, while that one is free */
    size_t header;      /* size and flags; in a free block the size alone */
    struct block *next; /* in a free block: the next one of its bin */
    struct block *link; /* in a free block or an end marker: the place whose
                           `next` is this block */
};

enum {
    WORD = sizeof(size_t),
    HEAD = 2 * WORD,   /* from a block's address to its payload */
    BLOCK_COST = WORD, /* bytes of a used block that are not payload */
    BLOCK_GAP =
        HEAD - BLOCK_COST, /* bytes at its address that are not its own */
    USED = 1,
    PREV_FREE = 2,
    FLAGS = USED | PREV_FREE,
    GAP = 4, /* of an end marker alone: block_set_gap */
    /* header, next, link and tag: what a block must hold when it is free */
    BLOCK_MIN = TLSF_ALIGN > 4 * WORD ? TLSF_ALIGN : 4 * WORD,
};

/* Larger requests fail at once. So no sum wraps, and no size is rounded up to
   the next power of two when it is converted to a float. */
#define REQUEST_MAX ((SIZE_MAX >> (WORD > 4)) - 256 - 2 * TLSF_ALIGN)

_Static_assert(offsetof(struct block, next) == HEAD, "payload is the links");
_Static_assert((BLOCK_MIN & (BLOCK_MIN - 1)) == 0, "BLOCK_MIN is 2^n");
_Static_assert(TLSF_ALIGN > FLAGS, "flags fit below the granule");

#include "address.h"

/* Does a lie before b? They need not be of one object, and may be NULL. */
static bool block_is_before(const struct block *a, const struct block *b) {
    return (uintptr_t)a < (uintptr_t)b;
}

/* ---- Reading headers and tags ---- */

static size_t block_size(const struct block *b) {
    return b->header & ~(size_t)FLAGS;
}

/* The same for a free block, whose header has no flags. */
static size_t block_free_size(const struct block *b) { return b->header; }

static size_t block_usable_size(const struct block *b) {
    return block_size(b) - BLOCK_COST;
}

static bool block_is_free(const struct block *b) { return !(b->header & USED); }

static bool block_prev_is_free(const struct block *b) {
    return b->header & PREV_FREE;
}

/* The free block before b. Where block_prev_is_free is false it is any word. */
static struct block *block_prev(const struct block *b) { return b->prev; }

/* Bytes that b would add to the block before it. */
static size_t block_room(const struct block *b) {
    return block_is_free(b) ? b->header : 0;
}

/* ---- Writing headers and tags ---- */

static void block_set_prev_free(struct block *b) { b->header |= PREV_FREE; }

static void block_clear_prev_free(struct block *b) {
    b->header &= ~(size_t)PREV_FREE;
}

/* b becomes a free block of `size` bytes; n, the next block, holds its tag. */
static void block_set_free(struct block *b, struct block *n, size_t size) {
    n->prev = b;
    b->header = size;
}

/* The same without a tag: nobody goes back to b from n. Of size 0 it is the end
   marker of a pool whose end is free. */
static void block_set_top(struct block *b, size_t size) { b->header = size; }

/* b becomes a used block of `size` bytes. It keeps the flags in `keep`. */
static void block_set_used(struct block *b, size_t size, size_t keep) {
    b->header = size | USED | (b->header & keep);
}

/* Gives b another size and keeps the flags in `keep`. USED may then be wrong:
   the caller frees b at once, which does not read it. */
static void block_set_size(struct block *b, size_t size, size_t keep) {
    b->header = size | (b->header & keep);
}

/* A used block of size 0: the end marker of a pool. */
static void block_set_end(struct block *b) { b->header = USED; }

/* Other people's memory and then a further pool follow this end marker: it says
   how far away that pool's first block is. To its neighbours it is in use as
   before. The granule must be larger than all three flags. */
static void block_set_gap(struct block *end, size_t distance) {
    end->header = distance | GAP | USED | (end->header & PREV_FREE);
}

/* That distance, or 0. */
static size_t block_gap(const struct block *end) {
    return end->header & GAP ? end->header & ~(size_t)(FLAGS | GAP) : 0;
}

/* Writes the word before the header. In a pool's first block it is no tag. */
static void block_set_prev(struct block *b, struct block *prev) {
    b->prev = prev;
}

/* Cuts `gap` bytes from the front of a used block. Returns the rest and writes
   its header, but not that of the front. */
static struct block *block_cut_front(struct block *b, size_t gap) {
    struct block *rest = block_at(b, gap);
    rest->header = b->header - gap;
    return rest;
}

#endif
