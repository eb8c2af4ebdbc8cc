/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A block slides down, and then has its size at once. (threads/move.h is the
   other answer.) */
#ifndef TLSF_SLIDE_H
#define TLSF_SLIDE_H

#include "../core/move.h"

/* Nobody else grows memory meanwhile. */
static bool grow_is_at(const struct block *b, const struct block *n) {
    (void)n;
    return b;
}

static void *heap_slide(struct heap *h, struct block *b, size_t have,
                        size_t size) {
    size_t old = block_used_size(b);
    struct block *before = block_before(b), *n = block_at(b, old);
    size_t front = heap_take(h, before);
    if (front + have < size) {
        heap_put(h, front, before);
        return NULL;
    }
    heap_take(h, n);
    bytes_copy(block_payload(before), block_payload(b), old - BLOCK_COST);
    return heap_trim(h, before, front + have, size);
}

#endif
