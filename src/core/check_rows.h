/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the checkers of both cores say: of the row of blocks all, of the bins
 * that they are asked. A function that returns int returns the number of the
 * first invariant that it finds broken, or 0. It changes nothing.
 */
#ifndef TLSF_CHECK_ROWS_H
#define TLSF_CHECK_ROWS_H

/* What a walk over the pools' rows finds. */
struct check {
    const struct heap *h;
    uintptr_t low, high; /* of all blocks; high is the last end marker */
    size_t free_blocks;
};

/* ---- What a core defines ---- */

/* The first block of the pool that begins at `start`. */
static struct block *check_first(const void *start);

/* Is b, a block of size 0, as an end marker must be? */
static bool check_is_end(const struct block *b);

/* Does b fit to what is before it: the block `before`, or nothing? (3, 4) */
static int check_before(const struct block *b, const struct block *before);

/* Is a free block in a list whose neighbours know it? (5) */
static bool check_is_linked(const struct check *c, const struct block *b);

/* Checks what the heap knows of the ends of memory, when the rows are right. */
static int check_ends(const struct check *c);

/* Checks that bits agree with bins, and that all lists together hold `count`
   free blocks. */
static int check_bins(const struct check *c, size_t count);

/* ---- What both say ---- */

/* Could there be a block at b? Does not read it. */
static bool check_is_block(const struct check *c, const struct block *b) {
    uintptr_t at = (uintptr_t)b;
    return at >= c->low && at < c->high && (at + HEAD) % TLSF_ALIGN == 0;
}

/* A pool's first payload is aligned, so the others are if sizes are right. */
static int check_block(const struct block *b, const struct block *before) {
    if (block_size(b) % TLSF_ALIGN || block_size(b) < BLOCK_MIN) return 2;
    if (UINTPTR_MAX - (uintptr_t)b < block_size(b)) return 2;
    return check_before(b, before);
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
    if (!check_is_end(b) || check_overlaps(first, b, pools, n)) return 1;
    if ((uintptr_t)b > c->high) c->high = (uintptr_t)b;
    return check_before(b, before);
}

/* Checks the links of its free blocks. All rows were checked before. */
static int check_links(const struct check *c, struct block *b) {
    for (; block_size(b); b = block_at(b, block_size(b))) {
        if (block_is_free(b) && !check_is_linked(c, b)) return 5;
    }
    return 0;
}

/* Checks every pool and the ends, then the bins. `pools` are the starts. */
static int check_heap(const struct heap *h, void *const *pools, size_t n) {
    struct check c = {h, UINTPTR_MAX, 0, 0};
    int broken = 0;
    for (size_t i = 0; i < n && !broken; i++)
        broken = check_row(&c, check_first(pools[i]), pools, n);
    if (!broken) broken = check_ends(&c);
    for (size_t i = 0; i < n && !broken; i++)
        broken = check_links(&c, check_first(pools[i]));
    return broken ? broken : check_bins(&c, c.free_blocks);
}

#endif
