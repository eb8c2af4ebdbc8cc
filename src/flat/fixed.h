/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A heap that never grows: the memory that the port has becomes one free block
 * at the first call, and that is all. (grow.h is the other answer.) The build
 * includes pages.h, which the include path chooses, before this file.
 */
#ifndef TLSF_GROW_H
#define TLSF_GROW_H

#include "../core/fail.h"
#include "heap.h"

/* The end marker of memory that ends at `limit`, which is 0 for 2^32. */
static struct block *end_below(uintptr_t limit) {
    return (struct block *)((limit & -(uintptr_t)TLSF_ALIGN) - HEAD);
}

/*
 *   pages_start()                  pages_end()
 *   [ ------------ free ------------ ][end]
 */
static struct block *heap_grow(struct heap *h, size_t size) {
    struct block *b = pool_first(layout_start(pages_start()));
    struct block *end = end_below(pages_end());
    if (h->end || (uintptr_t)b >= (uintptr_t)end) return NULL;
    h->end = end;
    block_set_end(end);
    layout_begin(b);
    heap_put(h, end, b);
    return block_is_smaller(b, size) ? NULL : b;
}

/* There is never more behind a block than its neighbour. */
static bool heap_is_last(struct block *end) {
    (void)end;
    return false;
}

#endif
