/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lists of free blocks in the fewest bytes: one function joins, where a block
   comes and where it leaves. (hard/lists.h is the other answer.) */
#ifndef TLSF_LISTS_H
#define TLSF_LISTS_H

#include "ends.h"

/* Makes y, or nothing, follow x in a list. If x is a bin, which is odd, its bit
   flips where it becomes empty or was empty. */
static void bins_join(struct heap *h, struct block *x, struct block *y) {
    /* size: 8, clang would make two branches of it */
    if ((uintptr_t)x & hide_from_optimiser(!y != !link_next(x)))
        h->map ^= (uint64_t)1 << bins_number(h, x) % BINS;
    ((struct link *)x)->next = y;
    if (layout_has(y)) y->link = x;
}

static void bins_push(struct heap *h, struct block *bin, struct block *b) {
    bins_join(h, b, link_next(bin));
    bins_join(h, bin, b);
}

static size_t bins_remove(struct heap *h, struct block *b) {
    bins_join(h, block_link(b), block_next(b));
    return block_free_size(b);
}

#endif
