/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The heap in the fewest bytes. The core API has the same one. */
#ifndef TLSF_SMALL_HEAP_H
#define TLSF_SMALL_HEAP_H

#include "index.h"

#include "../core/heap.h"
#include "../core/move.h"

static struct block *heap_find(const struct heap *h, size_t size) {
    struct block *b = bins_find(h, size);
    return b ? b : heap_look(h, block_next(bins_floor(h, size)), size);
}

/*
 * Makes the `size` bytes at b free; the block before is in use. If size is 0
 * nothing becomes free: only PREV_FREE of the block at b is cleared, so a
 * caller that splits need not test for an empty rest.
 *
 *   [ b ][ free? ] => [ ---- free ---- ]
 */
static void heap_put(struct heap *h, struct block *b, size_t size) {
    struct block *n = block_at(b, size);
    if (!size) {
        block_clear_prev_free(n);
        return;
    }
    heap_merge(h, b, n, size);
}

static void heap_put_gap(struct heap *h, struct block *b, size_t gap) {
    heap_put(h, b, gap);
}

/* [ free? ][ b ][ free? ] => [ ---- free ---- ] */
static void heap_free(struct heap *h, struct block *b) {
    size_t size = block_size(b);
    if (block_prev_is_free(b)) {
        b = block_prev(b);
        size += heap_take(h, b);
    }
    heap_put(h, b, size);
}

/*
 * Makes a used block of the first `size` of `have` bytes at b, which are in no
 * bin, and frees the rest. Returns the payload. b keeps the flags in `keep`.
 *
 *   [ ---- b ---- ] => [ b, used ][ rest? ]
 */
static void *heap_trim(struct heap *h, struct block *b, size_t have,
                       size_t size, size_t keep) {
    if (BLOCK_MIN > TLSF_ALIGN && have - size < BLOCK_MIN) size = have;
    heap_put(h, block_at(b, size), have - size);
    block_set_used(b, size, keep);
    return block_payload(b);
}

/* The payload of a block for `request` bytes, or NULL. O(1), except for
   heap_more. */
static void *heap_alloc(struct heap *h, size_t request) {
    if (request > REQUEST_MAX) return heap_fail();
    size_t size = block_size_for(request);
    struct block *b = heap_find(h, size);
    if (!b) b = heap_more(h, size);
    if (!b) return heap_fail();
    return heap_trim(h, b, heap_take(h, b), size, 0);
}

/*
 * Gives b's payload another size. It shrinks in place, or grows into the block
 * after; otherwise it is copied to a new block; if memory can't grow for that,
 * it slides down into the block before. (To slide first would cost arrays two
 * pages more.) Returns NULL, with b unchanged, if nothing of this works. It
 * compares sizes of payloads, which can't wrap.
 *
 *   [ free? ][ b ][ free? ] => [ b ... ][ free? ]
 */
static void *heap_realloc(struct heap *h, struct block *b, size_t request) {
    size_t size = block_size_for(request), old = block_usable_size(b);
    struct block *n = block_at(b, old + WORD);
    size_t room = block_room(n), have = old + room;
    if (have < request) {
        void *q = heap_malloc(h, request);
        if (q) return heap_move(h, q, b, old);
        /* The growth hook may have made n longer, and still not enough. */
        room = block_room(n);
        have = old + room;
    }
    if (have < request) {
        if (!block_prev_is_free(b)) return NULL;
        struct block *before = block_prev(b);
        if (have + block_free_size(before) < request) return NULL;
        have += heap_take(h, before);
        bytes_copy(block_payload(before), block_payload(b), old);
        b = before;
    }
    if (room) heap_take(h, n);
    return heap_trim(h, b, have + WORD, size, PREV_FREE);
}

#endif
