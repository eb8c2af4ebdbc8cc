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

#include "../core/fail.h"
#include "../flat/heap.h"

enum { SLACK_LOG = 5 }; /* memory grows by 1/32 more than is missing */

_Static_assert(TLSF_ALIGN <= 1 << PAGE_LOG, "a block may begin at a page");

/* Where memory ends. Of 65536 pages that is 0. */
static struct block *grow_limit(void) { return (struct block *)pages_limit(); }

/* A pool that begins: what is ours at first, if memory still ends there. If
   not, somebody else has grown it, and memory behind `limit` will be ours. */
static struct block *grow_pool(const struct heap *h, struct block *limit) {
    struct block *first = pool_first(layout_start(pages_start()));
    uintptr_t other = (uintptr_t)limit ^ pages_end();
    /* size: 4, one test and not two */
    return other | (uintptr_t)h->end ? limit : first;
}

/*
 * Where memory still ends in the last end marker, the block begins at the free
 * block before that, or at the marker itself. If others grow memory before we
 * do, the new pages lie behind theirs: they are a pool of their own, which may
 * be too short, and the block begins there. Memory grows by 1/32 of what lies
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
        more = pages_below((uintptr_t)b) >> SLACK_LOG >> place_log();
        limit =
            (struct block *)place_end(place_grow(more) == at ? at + more : at);
    }
    end = block_at(limit, -(size_t)HEAD);
    h->end = end;
    block_set_end(end);
    if (!is_new || layout_begin(b)) heap_take(h, b);
    heap_put(h, (uintptr_t)end - (uintptr_t)b, b);
    return b;
}

/* heap_more would begin at b if that ends in the end marker where memory ends,
   unless others grow it first. */
static bool heap_is_last(const struct block *b, size_t room) {
    return (uintptr_t)b + room + HEAD == (uintptr_t)grow_limit();
}

#endif
