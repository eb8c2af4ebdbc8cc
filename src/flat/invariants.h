/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The invariants of heap.h as code, and what tests ask of a build. A function
 * that returns int returns the number of the first invariant that it finds
 * broken, or 0. It changes nothing. A check.h includes it behind its family.
 */
#ifndef TLSF_INVARIANTS_H
#define TLSF_INVARIANTS_H

#include "../core/check_rows.h"

enum {
    END_SIZE = HEAD, /* bytes from the end marker to the end of memory */
    TAG_SIZE = 0,    /* what a free block ends in */
    /* Are lists as they were where realloc fails? It has then taken the
       neighbours out of their bins and put them back in front. To ask for
       their sizes first takes more bytes. */
    REALLOC_KEEPS_ORDER = 0,
    REALLOC_SLIDES = 1, /* does a block slide down where it must? */
    CALLOC_SPARES = 0,  /* does calloc leave alone what is zero? */
};

static struct block *check_first(const void *start) {
    uintptr_t from = (uintptr_t)start;
    return pool_first(from == pages_start() ? layout_start(from) : from);
}

/* Does `next` of a free block say what the heap wrote there? */
static bool check_next(const struct block *b) {
    return link_next(b) == (block_next(b) ? block_next(b) : ends_none());
}

static bool check_is_linked(const struct check *c, const struct block *b) {
    const struct block *link = block_link(b);
    if (!check_next(b)) return false;
    if (link == bins_floor(c->h, block_free_size(b)))
        return link_next(link) == b;
    return check_is_block(c, link) && block_next(link) == b;
}

static bool check_is_end(const struct block *b) { return !block_is_free(b); }

static int check_before(const struct block *b, const struct block *before) {
    if (!before) return block_prev(b) == (layout_has(NULL) ? NULL : b) ? 0 : 3;
    if (block_prev(b) != before) return 3;
    return block_is_free(before) && block_is_free(b) ? 4 : 0;
}

/* Checks a bin's list and takes its length from `count`. Each block has one
   link, so no list runs in a circle. */
static int check_bin(const struct check *c, size_t bin, size_t *count) {
    const struct block *link = NULL;
    for (const struct block *b = bins_first(c->h, bin); b; b = block_next(b)) {
        if (!check_is_block(c, b) || !block_is_free(b)) return 5;
        const struct block *home = bins_floor(c->h, block_free_size(b));
        if (bins_number(c->h, home) != bin) return 5;
        if (block_link(b) != (link ? link : home)) return 5;
        --*count;
        link = b;
    }
    return 0;
}

static int check_bins(const struct check *c, size_t count) {
    for (size_t bin = 0; bin < BINS; bin++) {
        bool is_set = bins_map(c->h) >> bin & 1;
        if (is_set != !!bins_first(c->h, bin)) return 6;
        int broken = check_bin(c, bin, &count);
        if (broken) return broken;
    }
    if (bins_lowest(c->h, 0)) return 6;
    return count ? 7 : 0;
}

/* The end marker, and the nil block. */
static int check_ends(const struct check *c) {
    const struct block *end = c->h->end;
    if (end && (uintptr_t)end != c->high) return 8;
    return layout_is_right() ? 0 : 9;
}

/* ---- What tests ask ---- */

/* The number of an invariant that does not hold, or 0. */
static int check_family(void *const *pools, size_t n) {
    return check_heap(heap_state(), pools, n);
}

/* The last pool's end marker, or NULL. */
static struct block *check_end(void) { return heap_state()->end; }

/* From where on memory is known to be zero. */
static uintptr_t check_zero_from(void) { return UINTPTR_MAX; }

/* Is b in a list? */
static bool check_has_links(const struct block *b) { return block_is_free(b); }

/* Forgets the words of the state that mean nothing. */
static void check_forget_idle(void) {}

/* The heap has never been used. */
static void check_forget(void) { *heap_state() = (struct heap){0}; }

#endif
