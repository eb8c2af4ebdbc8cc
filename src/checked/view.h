/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What a program sees of a block: the bytes within its guards. (core/view.h is
 * the other answer.)
 *
 * A used block may have no guards: where freed memory was written, the block
 * that would have been handed out is lost. It is shown with no bytes.
 */
#ifndef TLSF_VIEW_H
#define TLSF_VIEW_H

#include "../include/tlsf_block.h"
#include "guard.h"

static struct block *guard_block(struct guard *g) {
    return block_of(guard_payload(g));
}

/* Is there a used block that the next one knows? Any address of the heap. */
static bool block_is_there(const struct heap *h, struct block *b) {
    size_t size = block_size(b);
    if (block_is_free(b) || size > block_distance(b, h->end)) return false;
    return block_back(block_at(b, size)) == size;
}

/* The guard of a used block, if it has one. */
static struct guard *view_guard(struct block *b) {
    return guard_at(block_payload(b));
}

/* Has a used block room for guards, and those before its bytes? */
static bool view_has_guard(struct block *b) {
    return block_size(b) >= block_size_for(GUARD_COST) &&
           guard_has_fence_before(view_guard(b));
}

static void *view_payload(struct block *b) {
    return block_is_free(b) ? block_payload(b) : guard_bytes(view_guard(b));
}

/* What was asked for; or what could be. */
static size_t view_bytes(struct block *b) {
    size_t cost = BLOCK_COST + GUARD_COST, size = block_size(b);
    if (block_is_free(b)) return size > cost ? size - cost : 0;
    return view_has_guard(b) ? view_guard(b)->size : 0;
}

/* The block that was shown. */
static struct block *view_block(const struct tlsf_block *shown) {
    return shown->used ? guard_block(guard_of(shown->payload))
                       : block_of(shown->payload);
}

#endif
