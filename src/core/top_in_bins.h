/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The top lies in the bins, as any other free block. (top_apart.h is the other
   answer.) */
#ifndef TLSF_TOP_H
#define TLSF_TOP_H

#include "heap.h"

enum { TOP_IS_APART = 0, END_LINKS = 0, END_SIZE = HEAD };

static struct block *heap_home(struct heap *h, struct block *b,
                               const struct block *n) {
    (void)n;
    return bins_floor(h, block_free_size(b));
}

static struct block *heap_find(const struct heap *h, size_t size) {
    return bins_find(h, size);
}

/* The free block before the end marker, or the marker. */
static struct block *top_first(const struct heap *h, struct block *end) {
    (void)h;
    /* size: 8, prev is read even where it is no tag; then it is not used */
    struct block *before = block_prev(end);
    return block_prev_is_free(end) ? before : end;
}

/* Memory now ends in `end` and is free from b on; `was` is the old marker. */
static void top_move(struct heap *h, struct block *b, struct block *end,
                     struct block *was) {
    (void)end;
    if (b < was) heap_unlink(h, b);
}

#endif
