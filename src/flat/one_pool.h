/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The one pool of a heap in a memory that never grows (fixed.h), for an object
   that asks for all pools. (core/row.h is the other answer.) */
#ifndef TLSF_ROW_H
#define TLSF_ROW_H

static struct block *row_first(void) {
    return heap_state()->end ? pool_first(layout_start(pages_start())) : NULL;
}

static struct block *row_end(const struct block *b) {
    (void)b;
    return heap_state()->end;
}

static struct block *row_behind(struct block *end) {
    (void)end;
    return NULL;
}

static struct block *row_next(struct block *b) {
    b = block_at(b, block_size(b));
    return block_size(b) ? b : NULL;
}

/* The memory that was there was taken, or not yet. */
static size_t row_growths(void) { return heap_state()->end ? 1 : 0; }

/* Memory never grows, whatever the limit. */
static void limit_set(size_t bytes) { (void)bytes; }

#endif
