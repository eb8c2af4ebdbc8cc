/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The invariants of heap.h as code, and what tests ask of a build. A function
 * that returns int returns the number of the first invariant that it finds
 * broken, or 0. It changes nothing.
 */
#ifndef TLSF_FAMILY_CHECK_H
#define TLSF_FAMILY_CHECK_H

#include "the_heap.h"

#include "grow.h"

#include "../core/check_rows.h"

enum {
    END_SIZE = HEAD, /* bytes from the end marker to the end of memory */
    TAG_SIZE = WORD, /* what a free block ends in, except the top */
    LOOKS = 1,       /* blocks of the floor bin that a search sees */
    REALLOC_KEEPS_ORDER = 1, /* are lists as they were where realloc fails? */
    REALLOC_SLIDES = 0,      /* does a block slide down where it must? */
    CALLOC_SPARES = 1,       /* does calloc leave alone what is zero? */
};

static struct block *check_first(const void *start) {
    return pool_first((uintptr_t)start);
}

/* That of the last pool is free. */
static bool check_is_end(const struct block *b) {
    return block_is_free(b) == (b == heap_state()->end);
}

/* Is b a free block, or none, behind which a tag stands? */
static bool check_has_tag(const struct block *b) {
    return b && block_is_free(b) && b != heap_state()->top;
}

static int check_before(const struct block *b, const struct block *before) {
    bool has_tag = check_has_tag(before);
    if (block_prev_is_free(b) != has_tag) return 3;
    if (has_tag && block_prev(b) != before) return 3;
    bool joins = before && block_is_free(before) && block_is_free(b);
    return joins && b != heap_state()->end ? 4 : 0;
}

/* Could x be a neighbour in the list of this bin? */
static bool check_is_link(const struct check *c, const struct block *bin,
                          const struct block *x) {
    return x == bin || check_is_block(c, x);
}

static bool check_is_linked(const struct check *c, const struct block *b) {
    if (b == c->h->top || b == c->h->remainder) return true;
    const struct block *bin = bins_at(c->h, map_floor(block_free_size(b)));
    const struct block *next = block_next(b), *link = block_link(b);
    if (!check_is_link(c, bin, next) || !check_is_link(c, bin, link))
        return false;
    return block_link(next) == b && block_next(link) == b;
}

/* A bin that holds nothing is a circle of itself, or was never used. */
static bool check_is_empty(const struct block *bin) {
    const struct block *next = block_next(bin), *link = block_link(bin);
    return next == link && (!next || next == bin);
}

/* Checks a bin's list; `limit` bounds a list that does not come back. */
static int check_bin(const struct check *c, size_t bin, size_t *limit) {
    const struct block *at = bins_at(c->h, bin), *link = at;
    const struct block *b = block_next(at);
    if (!bins_has(c->h, bin)) return check_is_empty(at) ? 0 : 6;
    if (check_is_empty(at)) return 6;
    for (; b != at; b = block_next(b)) {
        if (!check_is_block(c, b) || block_link(b) != link) return 5;
        if (!block_is_free(b) || map_floor(block_size(b)) != bin) return 5;
        if (!(*limit)--) return 7;
        link = b;
    }
    return block_link(at) == link ? 0 : 5;
}

static int check_bins(const struct check *c, size_t count) {
    count -= top_size(c->h) ? 1 : 0;
    count -= remainder_size(c->h) ? 1 : 0;
    for (size_t bin = 0; bin < BINS; bin++) {
        int broken = check_bin(c, bin, &count);
        if (broken) return broken;
    }
    for (size_t bin = BINS; bin < ROWS * ROW; bin++)
        if (bins_has(c->h, bin)) return 6;
    for (size_t row = 0; row < 8 * WORD; row++)
        if (!bins_row_is_right(c->h, row)) return 6;
    return count ? 7 : 0;
}

/* A free block that ends here, or nothing there? */
static bool check_is_free(const struct check *c, const struct block *b,
                          const struct block *end) {
    return check_is_block(c, b) && block_is_free(b) &&
           block_free_size(b) == distance(b, end);
}

static int check_remainder(const struct check *c) {
    const struct block *b = c->h->remainder, *end = c->h->remainder_end;
    if (!b) return end ? 9 : 0;
    return b != end && b != c->h->top && check_is_free(c, b, end) ? 0 : 9;
}

/* The end marker, the top, the last remainder, the high-water mark. */
static int check_ends(const struct check *c) {
    const struct heap *h = c->h;
    if (!h->end && (h->top || h->high_water)) return 8;
    if (h->end && (uintptr_t)h->end != c->high) return 8;
    if (h->top != h->end && !check_is_free(c, h->top, h->end)) return 8;
    if (block_is_before(h->end, h->high_water)) return 10;
    return check_remainder(c);
}

/* ---- What tests ask ---- */

/* The number of an invariant of the heap that does not hold, or 0. */
static int check_family(void *const *pools, size_t n) {
    return check_heap(heap_state(), pools, n);
}

/* The last pool's end marker, or NULL. */
static struct block *check_end(void) { return heap_state()->end; }

/* From where on memory is known to be zero, except headers. */
static uintptr_t check_zero_from(void) {
    return (uintptr_t)heap_zero_from(heap_state());
}

/* Is b a free block in a list? The top and the last remainder are in none. */
static bool check_has_links(const struct block *b) {
    const struct heap *h = heap_state();
    bool is_apart = b == h->top || b == h->end || b == h->remainder;
    return block_is_free(b) && !is_apart;
}

/* Forgets the words of the state that mean nothing. */
static void check_forget_idle(void) {
    for (size_t bin = 0; bin < BINS; bin++)
        if (!bins_has(heap_state(), bin)) bins_forget(heap_state(), bin);
}

/* The heap has never been used. */
static void check_forget(void) { *heap_state() = (struct heap){0}; }

/* Bytes of a payload before those of the user, and behind them. */
enum { OWN_BEFORE = 0, OWN_BEHIND = 0 };

#endif
