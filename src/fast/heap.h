/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The heap for speed. Beside the top it keeps one more free block out of the
 * bins, the last remainder, from which small requests are cut; and it knows
 * how far memory was ever used, so that calloc need not clear what is new. To
 * the invariants of core/heap.h it adds:
 *
 *  8. Also: the high-water mark lies between the top and the end of memory.
 *     Memory behind it was never written, except by the end marker and by the
 *     words that a free block at the mark holds.
 */
#ifndef TLSF_FAST_HEAP_H
#define TLSF_FAST_HEAP_H

#include "index.h"

#include "../core/heap.h"

#include "top_apart.h"

enum { TOP_ROOM = 1 << 11 }; /* the top gives no room beyond this size */

/* ---- The high-water mark ---- */

static bool high_water_is_below(const struct heap *h, const struct block *b) {
    return block_is_before(slot_first(h, HIGH_WATER), b);
}

/* All memory before b was handed out; b is the top or the end marker. */
static void high_water_raise(struct heap *h, struct block *b) {
    if (high_water_is_below(h, b)) slot_set(h, HIGH_WATER, b);
}

/* ---- Where free blocks live ---- */

static struct block *heap_home(struct heap *h, struct block *b,
                               const struct block *n) {
    if (top_is_before(h, n)) {
        high_water_raise(h, b);
        return top_link(h);
    }
    if (!slot_first(h, LAST_REMAINDER)) return slot_link(h, LAST_REMAINDER);
    return bins_floor(h, block_free_size(b));
}

/* Looks in the bins, then at the last remainder, then at the top, then at more
   of the floor bin. */
static struct block *heap_find(const struct heap *h, size_t size) {
    struct block *b = bins_find(h, size);
    if (b) return b;
    b = slot_first(h, LAST_REMAINDER);
    if (!(b && block_free_size(b) >= size)) b = slot_first(h, TOP);
    return b && block_free_size(b) >= size ? b : heap_look(h, b, size);
}

/* ---- Freeing ---- */

/* [ free? ][ b ][ free? ] => [ ---- free ---- ] */
static void heap_free(struct heap *h, struct block *b) {
    size_t size = block_size(b);
    if (block_prev_is_free(b)) {
        b = block_prev(b);
        size += heap_take(h, b);
    }
    heap_merge(h, b, block_at(b, size), size);
}

/* Time does not matter here, so this calls heap_free, whose bytes are there
   anyway. */
static void heap_put(struct heap *h, struct block *b, size_t size) {
    block_set_size(b, size, 0);
    heap_free(h, b);
}

/* The quick lists may hand out a block behind a free one, so the gap before an
   aligned block keeps PREV_FREE. */
static void heap_put_gap(struct heap *h, struct block *b, size_t gap) {
    if (!gap) return;
    block_set_size(b, gap, PREV_FREE);
    heap_free(h, b);
}

/* ---- Splitting ---- */

/* Makes a used block of the first `size` of `have` bytes at b, which are in no
   bin, and frees the rest. b keeps the flags in `keep`. */
static void *heap_trim(struct heap *h, struct block *b, size_t have,
                       size_t size, size_t keep) {
    struct block *n = block_at(b, size);
    block_clear_prev_free(n);
    size_t rest = have - size;
    if (rest) heap_put(h, n, rest);
    block_set_used(b, size, keep);
    if (top_is_before(h, n)) high_water_raise(h, n);
    return block_payload(b);
}

/*
 * heap_trim of a whole free block, which a used one follows. What a small
 * request leaves becomes the last remainder, and the old one goes into a bin.
 * (heap_home is told `after` for that one too; it is not the end marker then.)
 *
 *   [ ---- b, free ---- ][ after ] => [ b, used ][ rest? ][ after ]
 */
static void *heap_split(struct heap *h, struct block *b, size_t size) {
    size_t rest = heap_take(h, b) - size;
    struct block *n = block_at(b, size), *after = block_at(n, rest);
    block_set_used(b, size, 0);
    if (!rest) {
        block_clear_prev_free(n);
        if (top_is_before(h, n)) high_water_raise(h, n);
        return block_payload(b);
    }
    block_set_free(n, after, rest);
    block_set_prev_free(after);
    if (size < SLLEN * TLSF_ALIGN && !top_is_before(h, after)) {
        struct block *old = slot_first(h, LAST_REMAINDER);
        slot_set_alone(h, LAST_REMAINDER, n);
        n = old;
    }
    if (n) bins_insert(h, n, heap_home(h, n, after));
    return block_payload(b);
}

/* The payload of a block of `size` bytes, cut from one that has `room`; or
   NULL. It costs pages to take room from the top, so only little is taken. */
static void *heap_serve(struct heap *h, size_t size, size_t room) {
    struct block *b = heap_find(h, room);
    bool costs_pages = room > size && room > TOP_ROOM;
    if (!b || (costs_pages && b == slot_first(h, TOP))) return NULL;
    return heap_split(h, b, size);
}

#endif
