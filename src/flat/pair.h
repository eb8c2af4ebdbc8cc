/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* malloc and free over one heap. grow.h or fixed.h, which says where its memory
   comes from, is included before. */
#ifndef TLSF_PAIR_H
#define TLSF_PAIR_H

#include "the_heap.h"
#include "lists.h"
#include "trust.h"

struct heap heap;

void *family_malloc(size_t size) { return heap_alloc(heap_state(), size); }

void family_free(void *p) {
    if (p) heap_free(heap_state(), block_of(p));
}

#endif
