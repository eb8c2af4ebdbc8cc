/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The checker of a heap over a range: the invariants of flat/heap.h, then those
   of range.h. */
#ifndef TLSF_GIVEN_CHECK_H
#define TLSF_GIVEN_CHECK_H

#include "family.h"

/* The checker asks for the one heap of a family, and where its memory starts.
   Here there are neither, and nobody calls what uses them. */
static struct heap no_heap;
static struct heap *heap_state(void) { return &no_heap; }
static uintptr_t pages_start(void) { return 0; }

#include "../flat/invariants.h"

/* The used blocks, and the bytes of the others. */
static struct range_counts check_counts(struct range *r) {
    struct range_counts counts = {0, 0};
    for (struct block *b = range_first(r); b != r->heap.end;
         b = block_at(b, block_size(b))) {
        counts.used_blocks += !block_is_free(b);
        counts.free_bytes += block_is_free(b) ? block_free_size(b) : 0;
    }
    return counts;
}

/* The number of an invariant that does not hold, or 0. */
static int check_range(struct range *r) {
    void *start = block_at(range_first(r), BLOCK_GAP);
    int broken = check_heap(&r->heap, &start, 1);
    if (broken) return broken;
    if (r->heap.end != range_end(r->limit)) return 10;
    struct range_counts counts = check_counts(r);
    return counts.used_blocks == r->counts.used_blocks &&
                   counts.free_bytes == r->counts.free_bytes
               ? 0
               : 11;
}

#endif
