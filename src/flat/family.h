/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The C family in the fewest bytes, over one heap. */
#ifndef TLSF_FLAT_FAMILY_H
#define TLSF_FLAT_FAMILY_H

#include "grow.h"

static struct heap heap;

enum { STATE_SIZE = sizeof heap + LAYOUT_SPARE };

#include "state.h"

static struct heap *heap_state(void) { return LAYOUT_STATE(&heap); }

void *family_malloc(size_t size) { return heap_alloc(heap_state(), size); }

void family_free(void *p) {
    if (p) heap_free(heap_state(), block_of(p));
}

void *family_realloc(void *p, size_t size) {
    return p ? heap_realloc(heap_state(), block_of(p), size)
             : family_malloc(size);
}

#include "../core/family.h"

void *family_calloc(size_t count, size_t size) {
    size_t bytes = product(count, size);
    void *p = family_malloc(bytes);
    if (p) bytes_clear(p, bytes);
    return p;
}

#endif
