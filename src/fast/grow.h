/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How the heap grows, in pages of the port. The build includes pages.h, which
 * the include path chooses, before this file.
 */
#ifndef TLSF_GROW_H
#define TLSF_GROW_H

#include "../core/fail.h"
#include "heap.h"

enum { SLACK_LOG = 6 }; /* memory grows by 1/64 more than is missing */

_Static_assert(TLSF_ALIGN <= 1 << PAGE_LOG, "a block may begin at a page");

/* The end marker of memory that ends at `limit`, which is 0 for 2^32. */
static struct block *end_below(uintptr_t limit) {
    return (struct block *)(limit - HEAD);
}

/* Does memory still end in our end marker? */
static bool grow_is_last(const struct heap *h) {
    return h->end == end_below(pages_limit());
}

/*
 * Where the free space begins that new pages would lengthen: at the top. At the
 * first call it is the port's memory from start to end. If memory does not end
 * there, somebody else has grown it: those pages are theirs, and a new pool
 * begins where memory ends, at `behind`.
 */
static struct block *grow_start(const struct heap *h, struct block *behind) {
    if (h->end) return grow_is_last(h) ? h->top : behind;
    bool is_ours = pages_end() == pages_limit();
    return is_ours ? pool_first(pages_start()) : behind;
}

/* The last pool ends where it is, and what was the top goes into a bin. */
static void grow_leave(struct heap *h) {
    struct block *top = h->top, *end = h->end;
    block_set_end(end);
    if (top == end) return;
    block_set_free(top, end, distance(top, end));
    block_set_prev_free(end);
    bins_insert(h, top, distance(top, end));
}

/*
 * Makes all memory from b on the top. Returns b, which has `size` bytes, or
 * NULL. Memory grows by what is missing and, if there is so much, by 1/64 of
 * what lies between the heap's start and b: so a heap grows in few steps, and
 * its end is seldom just used up.
 *
 *   [ top ][end] + pages => [ ------- top ------- ][end]
 */
static struct block *grow_to(struct heap *h, size_t size) {
    uintptr_t limit = pages_limit();
    struct block *behind = pool_first(limit), *b = grow_start(h, behind);
    /* From b to a granule behind an end marker, so that it is not negative.
       Where memory ends at 2^32 `behind` wraps, as does this. */
    size_t room = distance(b, behind);
    if (size >= room) {
        if (!pages_grow_past(size - room)) return NULL;
        /* The first block may lie a word before the start. */
        uintptr_t first = pages_start() - WORD;
        pages_grow_by(((uintptr_t)b - first) >> SLACK_LOG);
    }
    if (!h->end) {
        /* Memory that existed before the first growth may have been used. */
        h->high_water = end_below(limit);
    } else if (b == behind) {
        grow_leave(h);
    }
    h->end = end_below(pages_limit());
    block_set_top(h->end, 0);
    top_begin(h, b);
    return b;
}

/* grow_to of the family's heap: growth.h, noted_growth.h. */
static struct block *heap_grow(struct heap *h, size_t size);

static bool heap_more(struct heap *h, size_t size) {
    return heap_grow(h, size);
}

#endif
