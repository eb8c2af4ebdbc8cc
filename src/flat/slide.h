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

static void *heap_slide(struct heap *h, struct block *b, struct block *end,
                        size_t size) {
    size_t old = block_used_size(b);
    struct block *first = block_at(b, -heap_take(h, block_before(b)));
    if (block_room(first, end) < size) {
        heap_put(h, b, first);
        return NULL;
    }
    heap_take(h, block_at(b, old));
    bytes_copy(block_payload(first), block_payload(b), old - BLOCK_COST);
    return heap_trim(h, end, first, size);
}

#endif
