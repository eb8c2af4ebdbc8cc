/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The invariants of heap.h as code, and what tests ask of a build. A function
 * that returns int returns the number of the first invariant that it finds
 * broken, or 0. It changes nothing.
 */
#ifndef TLSF_FAMILY_CHECK_H
#define TLSF_FAMILY_CHECK_H

#include "family.h"

enum {
    HAS_QUICK = 0,           /* does the build have quick lists? */
    END_LINKS = 0,           /* bytes of an end marker behind its header */
    END_SIZE = HEAD,         /* bytes from it to the end of memory */
    TAG_SIZE = 0,            /* what a free block ends in */
    REALLOC_KEEPS_ORDER = 0, /* are lists as they were where it fails? */
};

/* Memory that is part of a heap's state. */
struct check_part {
    void *at;
    size_t bytes;
};

/* What a walk over the pools' rows finds. */
struct check {
    const struct heap *h;
    uintptr_t low, high; /* of all blocks; high is the last end marker */
    size_t free_blocks;
};

/* The first block of the pool that begins at `start`. */
static struct block *check_first(const void *start) {
    uintptr_t from = (uintptr_t)start;
    return pool_first(from == pages_start() ? layout_start(from) : from);
}

/* Could there be a block at b? Does not read it. */
static bool check_is_block(const struct check *c, const struct block *b) {
    uintptr_t at = (uintptr_t)b;
    return at >= c->low && at < c->high && (at + HEAD) % TLSF_ALIGN == 0;
}

/* Is a free block in a list whose neighbours know it? (5) */
static bool check_is_linked(const struct check *c, const struct block *b) {
    const struct block *next = block_next(b), *link = block_link(b);
    if (next && !(check_is_block(c, next) && block_link(next) == b))
        return false;
    if (link == bins_floor(c->h, block_free_size(b)))
        return link_next(link) == b;
    return check_is_block(c, link) && block_next(link) == b;
}

/* Is `prev` right in a block that follows `before`, or is a pool's first? (3)
 */
static bool check_prev(const struct block *b, const struct block *before) {
    if (before) return block_prev(b) == before;
    return block_prev(b) == (layout_has(NULL) ? NULL : b);
}

static int check_block(const struct block *b, const struct block *before) {
    if (block_size(b) % TLSF_ALIGN || block_size(b) < BLOCK_MIN) return 2;
    if (UINTPTR_MAX - (uintptr_t)b < block_size(b)) return 2;
    if (!check_prev(b, before)) return 3;
    return before && block_is_free(before) && block_is_free(b) ? 4 : 0;
}

/* Does a pool's row from first to end run into another pool? */
static bool check_overlaps(const struct block *first, const struct block *end,
                           void *const *pools, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct block *b = check_first(pools[i]);
        if ((uintptr_t)first < (uintptr_t)b && (uintptr_t)end >= (uintptr_t)b)
            return true;
    }
    return false;
}

/* Checks the headers of a pool, from its first block b on. */
static int check_row(struct check *c, struct block *b, void *const *pools,
                     size_t n) {
    const struct block *before = NULL, *first = b;
    if ((uintptr_t)b < c->low) c->low = (uintptr_t)b;
    for (; block_size(b); b = block_at(b, block_size(b))) {
        int broken = check_block(b, before);
        if (broken) return broken;
        before = b;
        c->free_blocks += block_is_free(b);
    }
    if (block_is_free(b) || check_overlaps(first, b, pools, n)) return 1;
    if ((uintptr_t)b > c->high) c->high = (uintptr_t)b;
    return check_prev(b, before) ? 0 : 3;
}

/* Checks the links of its free blocks. All rows were checked before. */
static int check_links(const struct check *c, struct block *b) {
    for (; block_size(b); b = block_at(b, block_size(b))) {
        if (block_is_free(b) && !check_is_linked(c, b)) return 5;
    }
    return 0;
}

/* Checks a bin's list; `limit` bounds a list that runs in a circle. */
static int check_bin(const struct check *c, size_t bin, size_t *limit) {
    const struct block *link = NULL;
    for (const struct block *b = bins_first(c->h, bin); b; b = block_next(b)) {
        if (!check_is_block(c, b) || !block_is_free(b)) return 5;
        const struct block *home = bins_floor(c->h, block_free_size(b));
        if (bins_number(c->h, home) != bin) return 5;
        if (block_link(b) != (link ? link : home)) return 5;
        if (!(*limit)--) return 7;
        link = b;
    }
    return 0;
}

/* Checks that bits agree with bins, and that all lists together hold `count`
   free blocks. */
static int check_bins(const struct check *c, size_t count) {
    for (size_t bin = 0; bin < BINS; bin++) {
        bool is_set = bins_map(c->h) >> bin & 1;
        if (is_set != !!bins_first(c->h, bin)) return 6;
        int broken = check_bin(c, bin, &count);
        if (broken) return broken;
    }
    if (bins_first(c->h, NO_BIN)) return 6;
    return count ? 7 : 0;
}

/* Checks every pool and the end, then the bins. `pools` are the starts. */
static int check_heap(const struct heap *h, void *const *pools, size_t n) {
    struct check c = {h, UINTPTR_MAX, 0, 0};
    int broken = 0;
    for (size_t i = 0; i < n && !broken; i++)
        broken = check_row(&c, check_first(pools[i]), pools, n);
    if (!broken && h->end && (uintptr_t)h->end != c.high) broken = 8;
    for (size_t i = 0; i < n && !broken; i++)
        broken = check_links(&c, check_first(pools[i]));
    return broken ? broken : check_bins(&c, c.free_blocks);
}

/* ---- What tests ask ---- */

/* The number of an invariant of the heap that does not hold, or 0. */
static int check_own_heap(void *const *pools, size_t n) {
    return check_heap(heap_state(), pools, n);
}

/* The same for the heap and all that the build has beside it. */
static int check_family(void *const *pools, size_t n) {
    return check_own_heap(pools, n);
}

/* The last pool's end marker, or NULL. */
static struct block *check_end(void) { return heap_state()->end; }

/* How many freed blocks are held back, in use for their neighbours. */
static size_t check_held_count(void) { return 0; }

/* Is a used block one of these? */
static bool check_holds(const struct block *b) {
    (void)b;
    return false;
}

/* Frees them. */
static void check_flush(void) {}

/* From where on memory is known to be zero. */
static uintptr_t check_zero_from(void) { return UINTPTR_MAX; }

/* Where they are noted, if there is such a place. */
static struct check_part check_held_part(void) {
    return (struct check_part){NULL, 0};
}

/* Forgets the notes of blocks that are held no more. */
static void check_forget_released(void) {}

/* The heap has never been used. */
static void check_forget(void) { *heap_state() = (struct heap){0}; }

#endif
