/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How the C family's heap grows, in pages of the port. The build includes
 * pages.h, which the include path chooses, before this file.
 */
#ifndef TLSF_GROW_H
#define TLSF_GROW_H

#include "heap.h"

enum { SLACK_LOG = 5 }; /* memory grows by 1/32 more than is missing */

_Static_assert(TLSF_ALIGN <= 1 << PAGE_LOG, "a block may begin at a page");

/* Returns NULL, after it set errno where there is one. */
static void *fail_with(int error) {
    pages_set_errno(error);
    return NULL;
}

static void *heap_fail(void) { return fail_with(PAGES_ENOMEM); }

/* Where memory ends. Of 65536 pages that is 0. */
static struct block *grow_limit(void) {
    return (struct block *)((uintptr_t)pages_count() << PAGE_LOG);
}

/* A pool that begins: what is ours at first, if memory still ends there. If
   not, somebody else has grown it, and memory behind `limit` will be ours. */
static struct block *grow_pool(const struct heap *h, struct block *limit) {
    struct block *first = pool_first(layout_start(pages_start()));
    uintptr_t other = (uintptr_t)limit ^ pages_end();
    /* size: 3, one test and not two */
    bool is_other = hide_from_optimiser(other | (uintptr_t)h->end);
    return is_other ? limit : first;
}

/*
 * Makes all memory from b on `room` bytes and the end marker, where `room` is
 * what it has at least. Of a new pool b is the first block. Returns the bytes
 * before the marker, which are in no bin, or 0 if memory can't grow by what is
 * missing. It grows by 1/32 of what lies before b more than that, if there is
 * so much: so a heap grows in few steps, and its end is seldom just used up.
 *
 *   [ b, free? ][end] + pages => [ ------- b -------- ][end]
 */
static size_t grow_to(struct heap *h, struct block *b, size_t size,
                      bool is_new) {
    size_t room = block_distance(b, grow_limit());
    if (room <= size) {
        if (!pages_grow(((size - room) >> PAGE_LOG) + 1)) return 0;
        pages_grow(layout_before(b, pages_start()) >> (PAGE_LOG + SLACK_LOG));
    }
    if (is_new) layout_begin(b);
    struct block *end = block_at(grow_limit(), -(size_t)HEAD);
    h->end = end;
    block_set_end(end);
    heap_take(h, b);
    room = block_distance(b, end);
    /* size: 5, the caller's test for 0 is that of failure */
    if (!room) UNREACHABLE();
    return room;
}

/* Where memory still ends in the last end marker, it grows behind the free
   block before that, or behind the marker itself. */
static size_t heap_more(struct heap *h, struct block **at, size_t size) {
    struct block *limit = grow_limit(), *end = h->end;
    bool is_new = block_at(end, HEAD) != limit;
    if (is_new) {
        *at = grow_pool(h, limit);
    } else {
        struct block *last = block_prev(end);
        *at = block_is_free(last) ? last : end;
    }
    return grow_to(h, *at, size, is_new);
}

static size_t heap_extend(struct heap *h, struct block *n, size_t room,
                          size_t size) {
    if (block_at(n, room + HEAD) != grow_limit()) return 0;
    return grow_to(h, n, size, false);
}

#endif
