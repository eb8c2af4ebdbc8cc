/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lists of free blocks whose links are compared before a block leaves. What
   follows from the comparison is known, so a block is joined where it is; an
   own function flips a bin's bit. (flat/lists.h is the other answer.) */
#ifndef TLSF_LISTS_H
#define TLSF_LISTS_H

#include "trust.h"

/* A bin becomes empty, or was. */
static void bins_flip(struct heap *h, const struct block *bin) {
    h->map ^= (uint64_t)1 << bins_number(h, bin) % BINS;
}

static bool ends_list(const struct block *next) { return next == ends_none(); }

static void bins_push(struct heap *h, struct block *bin, struct block *b) {
    struct block *next = ends_read(link_next(bin));
    if (next) {
        next->link = b;
    } else {
        bins_flip(h, bin);
        next = ends_none();
    }
    b->next = next;
    b->link = bin;
    ((struct link *)bin)->next = b;
}

static void bins_join(struct heap *h, struct block *link, struct block *next) {
    if (!ends_list(next))
        next->link = link;
    else if ((uintptr_t)link & 1) /* a bin */
        bins_flip(h, link);
    ((struct link *)link)->next = next;
}

static size_t bins_remove(struct heap *h, struct block *b) {
    size_t size = block_free_size(b);
    block_require(b, size);
    struct block *link = block_link(b), *next = b->next;
    heap_require(link_next(link) == b, b);
    if (!ends_list(next)) heap_require(block_link(next) == b, b);
    bins_join(h, link, next);
    links_clear(b);
    return size;
}

#endif
