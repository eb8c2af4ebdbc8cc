/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Another size for a block. */
#ifndef TLSF_REALLOC_H
#define TLSF_REALLOC_H

#include "../core/needs.h"

/* grow.h or fixed.h: would heap_grow begin its block at b, which has `room`
   free bytes or is used? */
static bool heap_is_last(const struct block *b, size_t room);

/* slide.h, or the family: did the heap grow at n, if heap_more returned b? */
static bool grow_is_at(const struct block *b, const struct block *n);

/* The last way of realloc: b slides down into the block before, if that is
   free. With n, what follows, b has `have` bytes, which are too few. Returns
   the payload; or NULL, with b unchanged, if all that is less than `size`.
   slide.h has it, or the family's own answer. */
static void *heap_slide(struct heap *h, struct block *b, size_t have,
                        size_t size);

/* What b's user may write. */
static size_t block_usable_size(const struct block *b) {
    return block_used_size(b) - BLOCK_COST;
}

/*
 * Gives b's payload another size. It shrinks in place, or grows into the block
 * after; if no free block would do, the one at the end of memory grows with it;
 * otherwise it is copied to a new block; if there is none, it slides down into
 * the block before. (To slide first would cost arrays two pages more.) Returns
 * NULL, with b unchanged, if nothing of this works.
 *
 *   [ free? ][ b ][ free? ] => [ b ... ][ free? ]
 */
static void *heap_realloc(struct heap *h, struct block *b, size_t request) {
    if (request > REQUEST_MAX) return heap_fail();
    size_t size = block_size_for(request), old = block_used_size(b);
    struct block *n = block_at(b, old);
    size_t room = heap_take(h, n);
    if (old + room < size) {
        heap_put(h, room, n);
        if (!heap_is_last(n, room) || bins_find(h, size) ||
            !grow_is_at(heap_more(h, size - old), n)) {
            void *q = heap_malloc(h, request);
            return q ? heap_move(h, q, b, old - BLOCK_COST)
                     : heap_slide(h, b, old + room, size);
        }
        room = heap_take(h, n);
    }
    return heap_trim(h, b, old + room, size);
}

#endif
