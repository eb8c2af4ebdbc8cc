/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The C family over the flat heap, which traps where a pointer is not that of a
   block in use, or where the heap was overwritten (trust.h). O(1). */
#ifndef TLSF_HARD_FAMILY_H
#define TLSF_HARD_FAMILY_H

#include "../flat/more.h"
#include "../flat/the_heap.h"
#include "trap.h"

#include "../flat/align.h"
#include "../flat/realloc.h"
#include "../flat/slide.h"

struct heap heap;

/* The block of a pointer that somebody passes, which must be one in use. The
   size of a free one, with its flag, leads between two blocks, where nothing
   agrees. With the size 0 a header would be its own neighbour, and agree. */
static struct block *block_in_use(const void *p) {
    struct block *b = block_of(p);

    heap_require(block_used_size(b), b);
    block_require(b, block_used_size(b));
    block_before(b);
    return b;
}

void *family_malloc(size_t size) { return heap_alloc(heap_state(), size); }

void family_free(void *p) {
    if (p) heap_free(heap_state(), block_in_use(p));
}

void *family_realloc(void *p, size_t size) {
    return p ? heap_realloc(heap_state(), block_in_use(p), size)
             : family_malloc(size);
}

/* These need no look at the block, which is the heap's own. */
static void *heap_malloc(struct heap *h, size_t request) {
    return heap_alloc(h, request);
}

static void heap_release(struct heap *h, void *payload) {
    heap_free(h, block_of(payload));
}

void *family_aligned_alloc(size_t align, size_t size) {
    if (!is_power_of_two(align)) return fail_with(PAGES_EINVAL);
    struct heap *h = heap_state();
    void *p = heap_alloc(h, aligned_request(align, size));
    return p ? heap_realloc(h, heap_align(h, block_of(p), align), size) : NULL;
}

#include "../core/calloc.h"
#include "../core/posix_memalign.h"

size_t family_malloc_usable_size(void *p) {
    return p ? block_used_size(block_in_use(p)) - BLOCK_COST : 0;
}

#include "../core/growth.h"

#endif
