/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The heap for speed: keeps the row of blocks and the bins in agreement. Knows
 * nothing of where memory comes from, nor of users: it speaks of blocks.
 *
 * Two free blocks are kept out of the bins, since they change with nearly every
 * call. Both are used from their front, so that a change is a new beginning:
 *
 *   the top              before the end of memory; used last, so that holes
 * fill up before it and a block before it can grow the last remainder   what
 * the last split for a small request left; small requests are cut from it, so
 * that they lie together
 *
 * Between operations the following holds. check.h is this list as code.
 *
 *  1. A pool is a row of blocks that touch. It ends in its end marker, a block
 *     of size 0 that has only a header and is used; but that of the last pool
 *     is free, as an empty top is.
 *  2. Every other size is a multiple of TLSF_ALIGN, at least BLOCK_MIN, and
 *     every payload is aligned to TLSF_ALIGN.
 *  3. PREV_FREE is set exactly where the block before is free, except behind
 *     the top; `prev` then holds its address. The first block of a pool has it
 *     clear.
 *  4. No two neighbours are free.
 *  5. A free block's header is its size alone. It is in the bin of
 *     map_floor(size), or it is the top or the last remainder:
 *     b->link->next == b, and b->next->link == b.
 *  6. A bin's bit is set exactly while it holds a block. One that holds none is
 *     a circle of itself, or all zero. A row's bit is set, from the second row
 *     on, exactly while its map is not zero, and no other bit is set.
 *  7. The bins hold the free blocks of the pools and nothing else.
 *  8. `end` is NULL or the last pool's end marker, and `top` with it NULL, or
 *     the free block before it, or the marker itself.
 *  9. The last remainder, where there is one, is a free block, and ends at
 *     `remainder_end`; where there is none, both are NULL.
 * 10. The high-water mark is not behind the end of memory. Payloads of new
 *     blocks at or behind it and the top were never written to, and are zero.
 */
#ifndef TLSF_FAST_HEAP_H
#define TLSF_FAST_HEAP_H

#include "bins.h"

#include "../core/needs.h"

/* ---- What a build defines ---- */

/* Makes the top at least `size` bytes, if memory can grow. */
static bool heap_more(struct heap *h, size_t size);

/* Returns NULL for a request that can't be met, after it set errno where there
   is one. */
static void *heap_fail(void);

/* ---- The two blocks that are in no bin ---- */

static size_t distance(const struct block *from, const struct block *to) {
    return (uintptr_t)to - (uintptr_t)from;
}

static size_t top_size(const struct heap *h) {
    return distance(h->top, h->end);
}

/* The top begins at b, and has no tag: nobody goes back from the end. */
static void top_begin(struct heap *h, struct block *b) {
    h->top = b;
    block_set_top(b, distance(b, h->end));
}

/* [ ---- top ---- ] => [ b, used ][ top ] */
static struct block *top_cut(struct heap *h, size_t size) {
    struct block *b = h->top;
    top_begin(h, block_at(b, size));
    block_set_used(b, size, 0);
    return b;
}

/* b, which is free, and all behind it become the top. */
static void top_lower(struct heap *h, struct block *b) {
    if (b == h->remainder) h->remainder = h->remainder_end = NULL;
    if (block_is_before(h->high_water, h->top)) h->high_water = h->top;
    top_begin(h, b);
}

/* From where on new blocks are zero (10); NULL before the first call, as memory
   that exists then may have been used. */
static const struct block *heap_zero_from(const struct heap *h) {
    return block_is_before(h->high_water, h->top) ? h->top : h->high_water;
}

static size_t remainder_size(const struct heap *h) {
    return distance(h->remainder, h->remainder_end);
}

/* [ last remainder ] => [ b, used ][ last remainder? ] */
static struct block *remainder_cut(struct heap *h, size_t size) {
    struct block *b = h->remainder, *end = h->remainder_end;
    struct block *rest = block_at(b, size);
    if (rest == end) {
        h->remainder = h->remainder_end = NULL;
        block_clear_prev_free(end);
    } else {
        h->remainder = rest;
        block_set_free(rest, end, distance(rest, end));
    }
    block_set_used(b, size, 0);
    return b;
}

/* `size` free bytes at b become the last remainder, and the old one goes into a
   bin. */
static void remainder_set(struct heap *h, struct block *b, size_t size) {
    struct block *old = h->remainder;
    size_t old_size = remainder_size(h);
    h->remainder = b;
    h->remainder_end = block_at(b, size);
    if (old) bins_insert(h, old, old_size);
}

/* ---- Freeing ---- */

/* Takes a free block, not the top, out of its bin, if it is in one. */
static void heap_take(struct heap *h, struct block *b) {
    if (b != h->remainder) bins_remove(h, b);
}

/* [ free? ][ b ][ free? ] => [ ---- free ---- ] */
static void heap_free(struct heap *h, struct block *b) {
    struct block *n = block_at(b, block_size(b));
    if (block_prev_is_free(b)) {
        b = block_prev(b);
        heap_take(h, b);
    }
    if (!block_is_free(n)) {
        block_set_prev_free(n);
    } else if (n == h->top) {
        top_lower(h, b);
        return;
    } else {
        struct block *end = block_at(n, block_free_size(n));
        if (n == h->remainder) {
            h->remainder = b;
        } else {
            bins_remove(h, n);
        }
        n = end;
    }
    block_set_free(b, n, distance(b, n));
    if (b == h->remainder) {
        h->remainder_end = n;
    } else {
        bins_insert(h, b, distance(b, n));
    }
}

/* Frees part of a used block, `size` bytes at b, which keeps PREV_FREE if
   `keep` says so. */
static void heap_put(struct heap *h, struct block *b, size_t size,
                     size_t keep) {
    block_set_used(b, size, keep);
    heap_release(h, block_payload(b));
}

static void heap_put_gap(struct heap *h, struct block *b, size_t gap) {
    if (gap) heap_put(h, b, gap, PREV_FREE);
}

/* ---- Allocating ---- */

/*
 * Makes a used block of the first `size` bytes of b, which is in a bin. The
 * rest becomes the last remainder, or goes into a bin. (time: no header is read
 * that was just written.)
 *
 *   [ ---- b, free ---- ] => [ b, used ][ rest? ]
 */
static void heap_split(struct heap *h, struct block *b, size_t size,
                       bool remains) {
    size_t have = block_free_size(b), more = have - size;
    struct block *rest = block_at(b, size), *end = block_at(b, have);
    bins_remove(h, b);
    block_set_used(b, size, 0);
    if (!more) {
        block_clear_prev_free(end);
        return;
    }
    block_set_free(rest, end, more);
    if (remains) {
        remainder_set(h, rest, more);
    } else {
        bins_insert(h, rest, more);
    }
}

static void *heap_grown(struct heap *h, size_t size) {
    if (!heap_more(h, size)) return heap_fail();
    return block_payload(top_cut(h, size));
}

/* The last way of malloc: from the top, for which memory may grow. */
static void *heap_cut_top(struct heap *h, size_t size) {
    if (top_size(h) < size) return heap_grown(h, size);
    return block_payload(top_cut(h, size));
}

/* [ b, free ] => [ b, used ] of a bin that has blocks of this size alone. */
static void *heap_pop(struct heap *h, size_t bin, size_t size) {
    struct block *b = bins_first(h, bin);
    bins_pop_small(h, b, bin);
    block_clear_prev_free(block_at(b, size));
    block_set_used(b, size, 0);
    return block_payload(b);
}

/* The payload of a block of `size` bytes, below SMALL; or NULL. */
static void *heap_small(struct heap *h, size_t size) {
    size_t bin = size / TLSF_ALIGN;
    if (bins_has(h, bin)) return heap_pop(h, bin, size);
    if (remainder_size(h) >= size) return block_payload(remainder_cut(h, size));
    struct block *b = bins_from(h, bin);
    if (!b) return heap_cut_top(h, size);
    heap_split(h, b, size, true);
    return block_payload(b);
}

/* The same from SMALL on. */
static void *heap_large(struct heap *h, size_t size) {
    struct block *b = bins_find(h, size);
    if (b) {
        heap_split(h, b, size, false);
        return block_payload(b);
    }
    if (remainder_size(h) >= size) return block_payload(remainder_cut(h, size));
    return heap_cut_top(h, size);
}

/* ---- Another size in place ---- */

/* Makes the first `size` bytes of n, a free block that has as many, part of the
   used block before it. */
static void heap_join(struct heap *h, struct block *n, size_t size) {
    if (n == h->top) {
        top_cut(h, size);
    } else if (n == h->remainder) {
        remainder_cut(h, size);
    } else {
        heap_split(h, n, size, false);
    }
}

#include "../core/align.h"

#endif
