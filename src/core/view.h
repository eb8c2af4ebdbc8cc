/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a program sees of a block: its payload. (checked/view.h is the other
   answer.) */
#ifndef TLSF_VIEW_H
#define TLSF_VIEW_H

#include "../include/tlsf_block.h"

static void *view_payload(struct block *b) { return block_payload(b); }

/* The bytes that a block holds for the program, or that it can hold. */
static size_t view_bytes(struct block *b) { return block_size(b) - BLOCK_COST; }

/* The block that was shown. */
static struct block *view_block(const struct tlsf_block *shown) {
    return block_of(shown->payload);
}

#endif
