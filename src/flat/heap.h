/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The heap: keeps the row of blocks and the bins in agreement. Knows nothing of
 * where memory comes from, nor of users: it speaks of blocks.
 *
 * Between operations the following holds. invariants.h is this list as code.
 *
 *  1. A pool is a row of blocks that touch. It ends in its end marker, a used
 *     block of size 0 that has only a header.
 *  2. Every other size is a multiple of TLSF_ALIGN, at least BLOCK_MIN, and
 *     every payload is aligned to TLSF_ALIGN.
 *  3. `prev` is the block before. That of a pool's first block is itself, or
 *     NULL where the layout has a nil block.
 *  4. No two neighbours are free.
 *  5. A free block is in the bin of map_floor(size): b->link->next == b, and
 *     b->next->link == b.
 *  6. A bin's bit is set exactly while it holds a block. The slot behind the
 *     last one is NULL.
 *  7. The bins hold the free blocks of the pools and nothing else.
 *  8. `end` is NULL or the last pool's end marker.
 *  9. Where the layout has a nil block, that is in use, of size 0, and its
 *     `prev` and `next` are NULL.
 */
#ifndef TLSF_HEAP_H
#define TLSF_HEAP_H

#include "bins.h"

/* ---- What a build defines ---- */

/* Makes a free block of at least `size` bytes at the end of memory, which grows
   for it if it can. Returns NULL if it can't. */
static struct block *heap_grow(struct heap *h, size_t size);

/* The same for the heap, where the build does more when memory has grown. */
static struct block *heap_more(struct heap *h, size_t size);

/* Returns NULL for a request that can't be met, after it set errno where there
   is one. */
static void *heap_fail(void);

/* A trust.h: the bytes from b to n. That it does not lie before b may be
   checked. */
static size_t heap_between(const struct block *b, const struct block *n);

/* Notes that the bins have `size` bytes more, or, where that is the negative of
   a size, fewer. Returns it. */
static size_t heap_note(struct heap *h, size_t size);

/* ---- Allocating and freeing ---- */

/* If b is free, takes it out of its bin and returns its size; else 0. Its
   neighbours do not know of it yet. */
static size_t heap_take(struct heap *h, struct block *b) {
    if (!block_is_free(b)) return 0;
    return -heap_note(h, -bins_remove(h, b));
}

/*
 * Makes what lies between b and n free, which may be nothing. The block before
 * b is in use.
 *
 *   [ b ][ n, free? ] => [ ---- free ---- ]
 */
static void heap_put(struct heap *h, struct block *n, struct block *b) {
    if (n == b) return;
    n = block_at(n, heap_take(h, n));
    size_t size = heap_between(b, n);
    block_set_free(b, size);
    block_set_prev(n, b);
    bins_insert(h, b, heap_note(h, size));
}

/* [ free? ][ b ][ free? ] => [ ---- free ---- ] */
static void heap_free(struct heap *h, struct block *b) {
    struct block *n = block_at(b, block_used_size(b));
    heap_put(h, n, block_at(b, -heap_take(h, block_before(b))));
}

/*
 * Makes a used block of the first `size` bytes between b and n, which are in no
 * bin, and frees the rest. Returns the payload.
 *
 *   [ ---- b ---- ][ n ] => [ b, used ][ rest? ][ n ]
 */
static void *heap_trim(struct heap *h, struct block *n, struct block *b,
                       size_t size) {
    if (BLOCK_MIN > TLSF_ALIGN && heap_between(b, n) - size < BLOCK_MIN)
        size = heap_between(b, n);
    struct block *rest = block_at(b, size);
    block_set_prev(rest, b);
    block_set_used(b, size);
    heap_put(h, n, rest);
    return block_payload(b);
}

/* The payload of a block for `request` bytes, or NULL. O(1), except for
   heap_more. */
static void *heap_alloc(struct heap *h, size_t request) {
    if (request > REQUEST_MAX) return heap_fail();
    size_t size = block_size_for(request);
    struct block *b = bins_find(h, size);
    if (!b) b = heap_more(h, size);
    if (!b) return heap_fail();
    return heap_trim(h, block_at(b, heap_take(h, b)), b, size);
}

#endif
