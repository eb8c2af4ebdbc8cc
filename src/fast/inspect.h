/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The heap of the C family as another object of the archive sees it;
   flat/inspect.h explains it. */
#ifndef TLSF_INSPECT_H
#define TLSF_INSPECT_H

#include "check.h"

_Static_assert(TLSF_ALIGN > (FLAGS | GAP), "three flags below the granule");

/* ---- What exports/heap.h asks for ---- */

/* The header of a pool's first block says that nothing free is before it. */
static struct block *check_before_pool(struct block *b, struct block *end) {
    (void)b, (void)end;
    return NULL;
}

/* Forgets all blocks. What was used stays so. */
static void reset_begin(struct heap *h) {
    struct block *end = h->end;
    struct block *mark =
        block_is_before(h->high_water, h->top) ? h->top : h->high_water;
    bytes_clear(h, sizeof *h);
    h->end = end;
    h->high_water = mark;
}

/* Makes a pool one free block: the last one the top. */
static void reset_pool(struct heap *h, struct block *b, struct block *end) {
    if (end == h->end) {
        top_begin(h, b);
    } else {
        size_t size = distance(b, end);
        block_set_free(b, end, size);
        block_set_prev_free(end);
        bins_insert(h, b, size);
    }
}

#endif
