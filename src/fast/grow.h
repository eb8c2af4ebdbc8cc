/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How the heap grows, in pages of the port. The build includes pages.h, which
 * the include path chooses, before this file. The top and the high-water mark
 * move with the end of memory.
 */
#ifndef TLSF_GROW_H
#define TLSF_GROW_H

#include "../core/fail.h"
#include "heap.h"

enum { SLACK_LOG = 5 }; /* memory grows by 1/32 more than is missing */

_Static_assert(TLSF_ALIGN <= 1 << PAGE_LOG, "a block may begin at a page");
_Static_assert(END_SIZE < 1 << PAGE_LOG, "no heap is as short as its end");

/*
 * Where the free space begins that new pages would lengthen: at the free block
 * before the last pool's end marker, or at the marker itself. At the first call
 * it is the port's memory from start to end. If memory does not end there,
 * somebody else has grown it: those pages are theirs, and a new pool begins
 * where memory ends, at `behind`.
 */
static struct block *grow_start(struct heap *h, struct block *behind) {
    struct block *end = slot_first(h, END), *b = pool_first(pages_start());
    if (end) {
        b = top_first(h, end);
    } else {
        end = (struct block *)(pages_end() - END_SIZE);
    }
    bool is_ours = block_at(end, END_SIZE + (uintptr_t)pool_first(0)) == behind;
    return is_ours ? b : behind;
}

/*
 * Makes all memory from b on a free block and the end marker. `was` is the end
 * marker before that, or NULL, and memory ended then at `limit`, which the
 * caller reads (size: 7).
 *
 *   [ b, free? ][end] + pages => [ ------- b, free ------- ][end]
 */
static void grow_claim(struct heap *h, struct block *b, struct block *was,
                       uintptr_t limit) {
    /* The old end marker lies behind the high-water mark: all is zero there. */
    if (block_is_before(b, was)) block_clear_end(was);
    struct block *end = (struct block *)(pages_limit() - END_SIZE);
    slot_set(h, END, end);
    block_set_end(end);
    top_move(h, b, end, was);
    /* Memory that existed before the first growth may have been used. */
    if (!was) slot_set(h, HIGH_WATER, (struct block *)(limit - HEAD));
    heap_put(h, b, (uintptr_t)end - (uintptr_t)b);
}

/*
 * Returns b, a free block of `size` bytes at the end of memory, or NULL. If b
 * lies behind `last` nothing happens, and the return value is meaningless.
 * Memory grows by what is missing and, if there is so much, by 1/32 of what
 * lies between the heap's start and b: so a heap grows in few steps, and its
 * end is seldom just used up.
 */
static struct block *grow_to(struct heap *h, const struct block *last,
                             size_t size) {
    uintptr_t limit = pages_limit();
    struct block *behind = pool_first(limit);
    struct block *b = grow_start(h, behind);
    if (block_is_before(last, b)) return b;
    struct block *was = slot_first(h, END);
    /* From b to a granule behind an end marker without links, so that it is
       not negative. Where memory ends at 2^32 `behind` wraps, as does this. */
    size_t room = (uintptr_t)behind - (uintptr_t)b;
    size += END_LINKS;
    if (size >= room) {
        if (!pages_grow_past(size - room)) return NULL;
        /* The first block may lie a word before the start. */
        uintptr_t first = pages_start() - WORD;
        pages_grow_by(((uintptr_t)b - first) >> SLACK_LOG);
    }
    grow_claim(h, b, was, limit);
    /* size: 5, where the top is in the bins; no block is at 0 */
    if (!b) UNREACHABLE();
    return b;
}

/* grow_to of the family's heap: growth.h, noted_growth.h. */
static struct block *heap_grow(struct heap *h, const struct block *last,
                               size_t size);

static struct block *heap_more(struct heap *h, size_t size) {
    return heap_grow(h, (struct block *)UINTPTR_MAX, size);
}

/* n is the free block before the end marker, or the marker itself. If memory
   can grow right behind it, n is then a free block of at least `size` bytes. */
static void heap_extend(struct heap *h, struct block *n, size_t size) {
    heap_grow(h, n, size); /* no top before n can grow */
}

#endif
