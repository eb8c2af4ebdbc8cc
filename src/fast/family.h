/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The C family for speed. A build includes growth.h or noted_growth.h behind
   it. */
#ifndef TLSF_FAST_FAMILY_H
#define TLSF_FAST_FAMILY_H

#include "the_heap.h"

#include "grow.h"

#include "../core/move.h"

enum { EXTEND_MIN = 64 << 10 }; /* from here on memory grows behind a block */

struct heap heap;

void *family_malloc(size_t size) {
    if (size > REQUEST_MAX) return heap_fail();
    size = block_size_for(size);
    return size < SMALL ? heap_small(heap_state(), size)
                        : heap_large(heap_state(), size);
}

void family_free(void *p) {
    if (p) heap_free(heap_state(), block_of(p));
}

/* Does b, of `old` bytes, get `size` bytes where it is? Large ones let memory
   grow for it: to copy them costs more time than what holes there are could
   save. */
static bool realloc_extends(struct heap *h, struct block *b, size_t old,
                            size_t size) {
    struct block *n = block_at(b, old);
    if (!block_is_free(n)) return false;
    if (block_free_size(n) < size - old) {
        if (n != h->top || size < EXTEND_MIN || !grow_is_last(h)) return false;
        if (!heap_more(h, size - old)) return false;
    }
    heap_join(h, n, size - old);
    block_set_used(b, size, PREV_FREE);
    return true;
}

/* Shrinks a block in place, grows it into the block after, or moves it. It
   never slides down into the block before: that gains neither time nor memory
   here. */
void *family_realloc(void *p, size_t request) {
    if (!p) return family_malloc(request);
    if (request > REQUEST_MAX) return heap_fail();
    struct heap *h = heap_state();
    struct block *b = block_of(p);
    size_t size = block_size_for(request), old = block_size(b);
    if (size < old) {
        block_set_used(b, size, PREV_FREE);
        heap_put(h, block_at(b, size), old - size, 0);
    } else if (size > old && !realloc_extends(h, b, old, size)) {
        void *q = family_malloc(request);
        return q ? heap_move(h, q, b, old - BLOCK_COST) : NULL;
    }
    return p;
}

#include "../core/family.h"

void *family_calloc(size_t count, size_t size) {
    size_t bytes = product(count, size);
    const struct block *from = heap_zero_from(heap_state());
    void *p = family_malloc(bytes);
    if (p && (!from || block_is_before(block_of(p), from)))
        bytes_clear(p, bytes);
    return p;
}

#endif
