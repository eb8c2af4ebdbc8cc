/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How a block moves while other threads wait: its bytes are copied outside, so
 * that nobody waits for as long as a copy takes. Meanwhile the invariants of
 * the heap hold, and both places are in use: no other thread touches them.
 * (core/move.h and flat/slide.h are the other answer.)
 */
#ifndef TLSF_MOVE_H
#define TLSF_MOVE_H

#include "../core/needs.h"
#include "lock.h"

/* If others grow memory first, the heap grows elsewhere. */
static bool grow_is_at(const struct block *b, const struct block *n) {
    return b == n;
}

/* Copies the payload of a block to q. */
static void *heap_copy_outside(void *q, struct block *b, size_t bytes) {
    lock_leave();
    bytes_copy(q, block_payload(b), bytes);
    lock_enter();
    return q;
}

static void *heap_move(struct heap *h, void *q, struct block *b, size_t bytes) {
    heap_copy_outside(q, b, bytes);
    heap_free(h, b);
    return q;
}

/* The block is first in use with all bytes that it can have. */
static void *heap_slide(struct heap *h, struct block *b, struct block *end,
                        size_t size) {
    size_t old = block_used_size(b);
    struct block *first = block_at(b, -heap_take(h, block_before(b)));
    size_t all = block_room(first, end);
    if (all < size) {
        heap_put(h, b, first);
        return NULL;
    }
    heap_take(h, block_at(b, old));
    heap_copy_outside(heap_trim(h, end, first, all), b, old - BLOCK_COST);
    return heap_trim(h, end, first, size);
}

#endif
