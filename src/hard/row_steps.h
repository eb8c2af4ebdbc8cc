/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What core/row.h does at a block of a heap that trusts no memory (trust.h).
 * `prev` of a pool's first block must say that nothing is before it. But a pool
 * behind another one begins where memory ended, and the bytes from there to its
 * first header are nobody's: they hold its end. (core/row_steps.h is the other
 * answer.)
 */
#ifndef TLSF_ROW_STEPS_H
#define TLSF_ROW_STEPS_H

#include "trust.h"

_Static_assert(BLOCK_GAP >= WORD,
               "room for an address; in 64 bits by -DTLSF_ALIGN=32");

static struct block *row_noted_end(const struct block *b) {
    return (struct block *)*(const any_word *)b;
}

static void row_note_end(struct block *b, struct block *end) {
    *(any_word *)b = (uintptr_t)end;
}

/* What follows b, which must know of b. */
static struct block *row_after(struct block *b) {
    block_require(b, block_size(b));
    return block_at(b, block_size(b));
}

#endif
