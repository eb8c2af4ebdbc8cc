/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Another size for a block. */
#ifndef TLSF_REALLOC_H
#define TLSF_REALLOC_H

#include "../core/needs.h"

/* grow.h or fixed.h: would heap_grow begin its block where free bytes end in
   `end`, or there if it is used? */
static bool heap_is_last(struct block *end);

/* slide.h, or the family: did the heap grow at n, if heap_more returned b? */
static bool grow_is_at(const struct block *b, const struct block *n);

/* The last way of realloc: b slides down into the block before, if that is
   free. To `end` b has too few bytes, with the free ones behind it. Returns the
   payload; or NULL, with b unchanged, if all that is less than `size`. slide.h
   has it, or the family's own answer. */
static void *heap_slide(struct heap *h, struct block *b, struct block *end,
                        size_t size);

/* The bytes from b to `end`. */
static size_t block_room(const struct block *b, const struct block *end) {
    return (uintptr_t)end - (uintptr_t)b;
}

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
    struct block *n = block_at(b, old), *end = block_at(n, heap_take(h, n));
    if (block_room(b, end) < size) {
        heap_put(h, end, n);
        if (!heap_is_last(end) || bins_find(h, size) ||
            !grow_is_at(heap_more(h, size - old), n)) {
            void *q = heap_malloc(h, request);
            return q ? heap_move(h, q, b, old - BLOCK_COST)
                     : heap_slide(h, b, end, size);
        }
        end = block_at(n, heap_take(h, n));
    }
    return heap_trim(h, end, b, size);
}

#endif
