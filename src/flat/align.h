/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Blocks of another alignment. */
#ifndef TLSF_FLAT_ALIGN_H
#define TLSF_FLAT_ALIGN_H

/* Cuts `gap` bytes from the front of a used block. Returns the rest and writes
   its size, but not that of the front. */
static struct block *block_cut_front(struct block *b, size_t gap) {
    struct block *rest = block_at(b, gap);
    block_set_used(rest, block_used_size(b) - gap);
    return rest;
}

static void heap_put_gap(struct heap *h, struct block *b, size_t gap) {
    heap_put(h, block_at(b, gap), b);
}

#include "../core/align.h"

#endif
