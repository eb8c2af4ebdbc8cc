/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What core/row.h does at a block. The end of a pool is noted in the `prev` of
 * its first block, before which there is none. (hard/row_steps.h is the other
 * answer.)
 */
#ifndef TLSF_ROW_STEPS_H
#define TLSF_ROW_STEPS_H

static struct block *row_noted_end(const struct block *b) {
    return block_prev(b);
}

static void row_note_end(struct block *b, struct block *end) {
    block_set_prev(b, end);
}

/* What follows b: a block or an end marker. */
static struct block *row_after(struct block *b) {
    return block_at(b, block_size(b));
}

#endif
