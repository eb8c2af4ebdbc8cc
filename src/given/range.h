/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A heap over a range of somebody's memory. All of its state lies at the start
 * of the range:
 *
 *   base                                                  base + size
 *   [ .. ][ struct range ][ block ][ block ] ... [ end marker ][ .. ]
 *
 * What is left over at both ends is less than TLSF_ALIGN and not used. Nothing
 * outside of the range is read or written. The build includes pages.h, which
 * the include path chooses, before this file.
 *
 * Between operations the invariants of flat/heap.h hold, and these:
 *
 *  10. `end` is the end marker that `limit` gives.
 *  11. `counts` has the number of the used blocks, and the sum of the sizes of
 *      the free ones.
 */
#ifndef TLSF_RANGE_H
#define TLSF_RANGE_H

#include "../flat/heap.h"

#include "../core/needs.h"

struct range_counts {
    size_t used_blocks, free_bytes;
};

struct range {
    struct heap heap;
    uintptr_t limit; /* where the range ends; 0 for 2^32 */
    struct range_counts counts;
};

enum {
    /* From a range's address to that of its first block, and to the end of the
       least range: a block and the end marker. */
    RANGE_FIRST = (sizeof(struct range) + BLOCK_COST + TLSF_ALIGN - 1) /
                      TLSF_ALIGN * TLSF_ALIGN -
                  HEAD,
    RANGE_LEAST = RANGE_FIRST + BLOCK_MIN + HEAD,
};

_Static_assert(RANGE_FIRST + HEAD <
                   sizeof(struct range) + BLOCK_COST + TLSF_ALIGN,
               "no granule is lost before the first block");
_Static_assert(BLOCK_MIN == TLSF_ALIGN,
               "what a range gains is a block, if it is anything");

/* The heap is the first part of its range. */
static struct range *range_of(struct heap *h) { return (struct range *)h; }

static struct block *range_first(struct range *r) {
    return (struct block *)((uintptr_t)r + RANGE_FIRST);
}

/* The bytes of all blocks. */
static size_t range_bytes(struct range *r) {
    return (uintptr_t)r->heap.end - (uintptr_t)range_first(r);
}

/* Where the state of a range lies. Its address is never 0, as 0 is no heap. */
static struct range *range_at(uintptr_t base) {
    return (struct range *)align_up(base + !base, TLSF_ALIGN);
}

/* The end marker of a range that ends at `limit`. */
static struct block *range_end(uintptr_t limit) {
    return (struct block *)((limit & -(uintptr_t)TLSF_ALIGN) - HEAD);
}

/*
 * The range ends at `limit`, which is not below its end marker. What it gains
 * is free, with the free block before.
 *
 *   [ free? ][end] + bytes => [ ------- free -------- ][end]
 */
static void range_lengthen(struct range *r, uintptr_t limit) {
    struct block *old = r->heap.end, *end = range_end(limit);
    r->limit = limit;
    r->heap.end = end;
    block_set_end(end);
    block_set_used(old, (uintptr_t)end - (uintptr_t)old);
    heap_free(&r->heap, old);
}

/* All of the range up to `limit` becomes one free block. */
static void range_begin(struct range *r, uintptr_t limit) {
    bytes_clear(r, sizeof *r);
    r->heap.end = range_first(r);
    layout_begin(r->heap.end);
    range_lengthen(r, limit);
}

/* The payload of a free block that is in the highest bin. A request of so many
   bytes is met. No free block exceeds it by half. */
static size_t range_largest(const struct range *r) {
    /* Bin 0 stands for none: then it is empty. */
    uint64_t map = bins_map(&r->heap) | 1;
    struct block *b = bins_first(&r->heap, BINS - 1 - leading_zeros_64(map));
    return b ? block_free_size(b) - BLOCK_COST : 0;
}

#endif
