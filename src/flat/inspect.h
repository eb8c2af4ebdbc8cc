/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The heap of the C family as another object of its archive sees it: by the
 * name of its state. The build includes grow.h or fixed.h, a rest.h before
 * this, and behind it what knows all pools. (fast/inspect.h is the other
 * answer.)
 */
#ifndef TLSF_INSPECT_H
#define TLSF_INSPECT_H

#include "header.h"
#include "more.h"
#include "the_heap.h"

#include "invariants.h"

/* ---- What exports/heap.h asks for ---- */

/* What stands as the block before b, the first one of a pool that ends in
   `end`: that, if it is noted there (core/row_steps.h), or nothing. */
static struct block *check_before_pool(struct block *b, struct block *end) {
    return block_prev(b) == end ? end : NULL;
}

/* Forgets all blocks. The heap still knows where memory ends. */
static void reset_begin(struct heap *h) {
    rest_forget();
    struct block *end = h->end;
    bytes_clear(h, sizeof *h);
    h->end = end;
}

/* Makes a pool one free block. */
static void reset_pool(struct heap *h, struct block *b, struct block *end) {
    heap_put(h, end, b);
    rest_reset(b, end);
}

#endif
