/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How a heap that threads share grows: as that of flat/grow.h, but any thread
 * may grow memory at any moment, and the lock does not keep it from that. So
 * what is ours is only what place.h, which the include path chooses, says that
 * we got, and where memory ends is read once. The build includes pages.h and
 * place.h before this file.
 */
#ifndef TLSF_GROW_H
#define TLSF_GROW_H

#include "../flat/grow_pool.h"

/*
 * Where memory still ends in the last end marker, the block begins at the free
 * block before that, or at the marker itself. If others grow memory before we
 * do, the new pages lie behind theirs: they are a pool of their own, which may
 * be too short, and the block begins there. Memory grows by 1/64 of what lies
 * before the block more than is missing, as in flat/grow.h; what of that lies
 * elsewhere is nobody's.
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
        size_t more = place_past(size - room), at = place_grow(more);
        if (at == SIZE_MAX) return NULL;
        struct block *first = (struct block *)place_begin(at);
        if (first != limit) {
            b = first;
            is_new = true;
        }
        at += more;
        more = place_within(pages_below((uintptr_t)b) >> SLACK_LOG);
        limit =
            (struct block *)place_end(place_grow(more) == at ? at + more : at);
    }
    end = block_at(limit, -(size_t)HEAD);
    h->end = end;
    block_set_end(end);
    if (!is_new || layout_begin(b)) heap_take(h, b);
    heap_put(h, end, b);
    return b;
}

/* heap_more would begin at b if that ends in the end marker where memory ends,
   unless others grow it first. */
static bool heap_is_last(struct block *end) {
    return block_at(end, HEAD) == grow_limit();
}

#endif
