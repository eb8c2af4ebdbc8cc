/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * All pools of the C family's heap as one row, for an object that asks for
 * them. A noted_growth.h tells it of each growth. A row_steps.h comes before
 * this file. (flat/one_pool.h is the other answer.)
 *
 *   lowest          its row_end        others'     highest         its row_end
 *   [ block ][ .. ][ end marker, gap ]  memory    [ block ][ .. ][ end marker ]
 *                              '----- distance ----^
 *
 * Where a pool ends stands at its first block (row_steps.h). At the lowest pool
 * that word may be somebody else's, so its end is noted here.
 */
#ifndef TLSF_ROW_H
#define TLSF_ROW_H

/* All zero while there is no pool. */
static struct {
    struct block *lowest, *lowest_end; /* first block and end marker */
    struct block *highest;             /* the last pool's first block */
    size_t growths;
} pool_row;

static struct block *row_first(void) { return pool_row.lowest; }

static size_t row_growths(void) { return pool_row.growths; }

/* The end marker of the pool that begins with b. */
static struct block *row_end(const struct block *b) {
    return b == pool_row.lowest ? pool_row.lowest_end : row_noted_end(b);
}

static void row_set_end(struct block *b, struct block *end) {
    if (b == pool_row.lowest) {
        pool_row.lowest_end = end;
    } else {
        row_note_end(b, end);
    }
}

/* The first block of the pool behind an end marker, or NULL. */
static struct block *row_behind(struct block *end) {
    size_t gap = block_gap(end);
    return gap ? block_at(end, gap) : NULL;
}

/* The block after b, or NULL. */
static struct block *row_next(struct block *b) {
    b = row_after(b);
    if (block_gap(b)) return row_behind(b);
    return block_size(b) ? b : NULL;
}

/* Memory grew: it is free from b to the end marker `end`. `was` is the end
   marker before that, or NULL. */
static void row_grow(struct block *b, struct block *was, struct block *end) {
    bool is_new = (uintptr_t)b > (uintptr_t)was;
    if (!was) pool_row.lowest = b;
    if (was && is_new) block_set_gap(was, (uintptr_t)b - (uintptr_t)was);
    if (is_new) pool_row.highest = b;
    row_set_end(pool_row.highest, end);
    pool_row.growths++;
}

#endif
