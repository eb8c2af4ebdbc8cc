/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How the C family's heap grows, in pages of the port. The build includes
 * pages.h, which the include path chooses, before this file. (fixed.h is the
 * other answer.)
 */
#ifndef TLSF_GROW_H
#define TLSF_GROW_H

#include "grow_pool.h"

/*
 * Where memory still ends in the last end marker, the block begins at the free
 * block before that, or at the marker itself. Memory grows by 1/64 of what lies
 * before the block more than is missing, if there is so much: so a heap grows
 * in few steps, and its end is seldom just used up.
 *
 *   [ free? ][end] + pages => [ ------- free -------- ][end]
 */
static struct block *grow_to(struct heap *h, size_t size) {
    struct block *limit = grow_limit(), *end = h->end, *b;
    bool is_new = block_at(end, HEAD) != limit;
    if (is_new) {
        b = grow_pool(h, limit);
    } else {
        b = block_before(end);
        if (!block_is_free(b)) b = end;
    }
    size += HEAD - TLSF_ALIGN; /* the end marker is more than a granule */
    size_t room = (uintptr_t)limit - (uintptr_t)b;
    if (room <= size) {
        if (!pages_grow_past(size - room)) return NULL;
        pages_grow_by(pages_below((uintptr_t)b) >> SLACK_LOG);
    }
    h->end = end = block_at(grow_limit(), -(size_t)HEAD);
    block_set_end(end);
    if (!is_new || layout_begin(b)) heap_take(h, b);
    heap_put(h, end, b);
    if (!b) UNREACHABLE(); /* size: 5, the caller's test is that of failure */
    return b;
}

/* heap_more would begin at b if that ends in the end marker where memory ends.
 */
static bool heap_is_last(struct block *end) {
    return block_at(end, HEAD) == grow_limit();
}

#endif
