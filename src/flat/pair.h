/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* malloc and free over one heap. grow.h or fixed.h, which says where its memory
   comes from, is included before. */
#ifndef TLSF_PAIR_H
#define TLSF_PAIR_H

static struct heap heap;

/* With what may be skipped before it. */
enum { STATE_SIZE = sizeof heap + 8 };

#include "state.h"

static struct heap *heap_state(void) { return STATE_ALIGNED(&heap); }

void *family_malloc(size_t size) { return heap_alloc(heap_state(), size); }

void family_free(void *p) {
    if (p) heap_free(heap_state(), block_of(p));
}

#endif
