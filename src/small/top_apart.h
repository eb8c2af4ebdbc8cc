/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where free blocks live in the small heap whose top is apart. */
#ifndef TLSF_SMALL_TOP_H
#define TLSF_SMALL_TOP_H

#include "../core/top_apart.h"

static struct block *heap_home(struct heap *h, struct block *b,
                               const struct block *n) {
    if (top_is_before(h, n)) return top_link(h);
    return bins_floor(h, block_free_size(b));
}

/* The search in the bins ends at the top, which may be smaller. */
static struct block *heap_find(const struct heap *h, size_t size) {
    return heap_look(h, bins_find(h, size), size);
}

#endif
