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

/* A trust.h: what is left of `have` bytes, of which `size` are taken. */
static size_t heap_rest(size_t have, size_t size);

/* Notes that the bins have `size` bytes more, or, where that is the negative of
   a size, fewer. Returns it. */
static size_t heap_note(struct heap *h, size_t size);

/* ---- Allocating and freeing ---- */

/* If b is free, takes it out of its bin and returns its size; else 0. Its
   neighbours do not know of it yet. */
static size_t heap_take(struct heap *h, struct block *b) {
    if (!block_is_free(b)) return 0;
    bins_remove(h, b);
    heap_note(h, -block_free_size(b));
    return block_free_size(b);
}

/*
 * Makes `size` bytes at b free, which may be 0. The block before is in use.
 * (size: 6, the arguments in this order)
 *
 *   [ b ][ free? ] => [ ---- free ---- ]
 */
static void heap_put(struct heap *h, size_t size, struct block *b) {
    if (!size) return;
    size += heap_take(h, block_at(b, size));
    block_set_free(b, size);
    block_set_prev(block_at(b, size), b);
    bins_insert(h, b, heap_note(h, size));
}

/* [ free? ][ b ][ free? ] => [ ---- free ---- ] */
static void heap_free(struct heap *h, struct block *b) {
    size_t before = heap_take(h, block_before(b));
    heap_put(h, before + block_used_size(b), block_at(b, -before));
}

/*
 * Makes a used block of the first `size` of `have` bytes at b, which are in no
 * bin, and frees the rest. Returns the payload.
 *
 *   [ ---- b ---- ] => [ b, used ][ rest? ]
 */
static void *heap_trim(struct heap *h, struct block *b, size_t have,
                       size_t size) {
    if (BLOCK_MIN > TLSF_ALIGN && have - size < BLOCK_MIN) size = have;
    struct block *rest = block_at(b, size);
    block_set_prev(rest, b);
    block_set_used(b, size);
    heap_put(h, heap_rest(have, size), rest);
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
    return heap_trim(h, b, heap_take(h, b), size);
}

#endif
