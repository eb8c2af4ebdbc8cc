/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The heap: keeps the row of blocks and the bins in agreement. A free block
 * goes out by heap_take and comes in by heap_merge. Knows nothing of where
 * memory comes from, nor of users: it speaks of blocks.
 *
 * Between operations the following holds. check.h is this list as code.
 *
 *  1. A pool is a row of blocks that touch. It ends in its end marker, a used
 *     block of size 0 that has only a header.
 *  2. Every other size is a multiple of TLSF_ALIGN, at least BLOCK_MIN, and
 *     every payload is aligned to TLSF_ALIGN.
 *  3. PREV_FREE is set exactly where the block before is free; `prev` then
 *     holds its address. The first block of a pool has it clear.
 *  4. No two neighbours are free.
 *  5. A free block's header is its size alone. It is in the bin of
 *     map_floor(size): b->link->next == b, and b->next->link == b.
 *  6. A bin's bit is set exactly while it holds a block, a row's bit in the
 *     root exactly while its map is not zero, and no other bit is set.
 *  7. The bins hold the free blocks of the pools and nothing else.
 *  8. The words behind the bins, and word 1, are zero.
 */
#ifndef TLSF_HEAP_H
#define TLSF_HEAP_H

#include "bins.h"

#include "needs.h"

/* ---- What a build defines ---- */

/* Returns NULL for a request that can't be met, after it set errno where there
   is one. */
static void *heap_fail(void);

/* A free block of at least `size` bytes in new memory, or NULL. */
static struct block *heap_more(struct heap *h, size_t size);

/* A free block of at least `size` bytes, or NULL. */
static struct block *heap_find(const struct heap *h, size_t size);

/* look.h, the end of heap_find: b, if it has `size` bytes; else such a block
   among the first LOOKS of the floor bin, or NULL. If b is NULL, nothing is
   free. */
static struct block *heap_look(const struct heap *h, struct block *b,
                               size_t size);

/* Makes the `size` bytes at b free; the block before is in use. */
static void heap_put(struct heap *h, struct block *b, size_t size);

/* ---- What all heaps share ---- */

/* Takes b out of its list and returns its size. Its neighbours do not know of
   it yet. */
static size_t heap_take(struct heap *h, struct block *b) {
    bins_remove(h, b);
    return block_free_size(b);
}

/* [ b, size ][ n, free? ] => [ ------ free ------ ] */
static void heap_merge(struct heap *h, struct block *b, struct block *n,
                       size_t size) {
    if (block_is_free(n)) {
        size += heap_take(h, n);
    } else {
        block_set_prev_free(n);
    }
    /* size: 2, the new size stays in one place */
    n = block_at(b, hide_from_optimiser(size));
    block_set_free(b, n, size);
    bins_insert(h, b, bins_floor(h, block_free_size(b)));
}

#include "align.h"

#endif
