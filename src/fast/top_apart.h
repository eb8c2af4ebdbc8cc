/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The top, the free block before the end marker, is kept out of the bins and
 * used last (invariant 8). heap.h defines heap_home and heap_find.
 *
 *   slot[TOP] -> [ top ] -> [ end marker ]   or   slot[TOP] -> [ end marker ]
 */
#ifndef TLSF_TOP_H
#define TLSF_TOP_H

#include "../core/heap.h"

enum {
    /* Bytes of the end marker behind its header: two links. */
    END_LINKS = TLSF_ALIGN > 2 * WORD ? TLSF_ALIGN : 2 * WORD,
    END_SIZE = HEAD + END_LINKS,
};

static bool top_is_before(const struct heap *h, const struct block *n) {
    return n == slot_first(h, END);
}

static struct block *top_link(const struct heap *h) {
    /* time: a branch, so that nothing waits for the bin's number */
    return (struct block *)hide_from_optimiser((uintptr_t)slot_link(h, TOP));
}

static struct block *top_first(const struct heap *h, const struct block *end) {
    (void)end;
    return slot_first(h, TOP);
}

/* Memory now ends in `end` and is free from b on; `was` is the old marker. If
   somebody else's pages lie between, the old top goes into the bins. */
static void top_move(struct heap *h, struct block *b, struct block *end,
                     const struct block *was) {
    struct block *link = slot_link(h, TOP), *top = link->next;
    link->next = end;
    /* size: 1, one test and not two */
    if (hide_from_optimiser(top != was && block_is_before(top, b))) {
        heap_put(h, top, block_free_size(top));
    }
}

/* What the list of a slot ends in: the top's in the end marker. */
static const struct block *top_list_end(const struct heap *h, size_t slot) {
    return slot == TOP ? slot_first(h, END) : NULL;
}

/* Is the top's word right, if memory ends in `end`, or NULL (invariant 8)? */
static bool top_is_right(const struct heap *h, const struct block *end) {
    const struct block *top = slot_first(h, TOP);
    if (!end) return !top;
    return top == (block_prev_is_free(end) ? block_prev(end) : end);
}

#endif
