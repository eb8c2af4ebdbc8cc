/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The top lies in the bins, as any other free block. (fast/top_apart.h is the
   other answer.) */
#ifndef TLSF_TOP_H
#define TLSF_TOP_H

#include "../core/heap.h"

enum { END_LINKS = 0, END_SIZE = HEAD };

static struct block *heap_home(struct heap *h, struct block *b,
                               const struct block *n) {
    (void)n;
    return bins_floor(h, block_free_size(b));
}

static struct block *heap_find(const struct heap *h, size_t size) {
    struct block *b = bins_find(h, size);
    return b ? b : heap_look(h, bins_floor(h, size)->next, size);
}

/* What the list of a slot ends in. */
static const struct block *top_list_end(const struct heap *h, size_t slot) {
    (void)h, (void)slot;
    return NULL;
}

/* Is the top's word right, if memory ends in `end`, or NULL (invariant 8)? */
static bool top_is_right(const struct heap *h, const struct block *end) {
    (void)end;
    return !slot_first(h, TOP);
}

#endif
