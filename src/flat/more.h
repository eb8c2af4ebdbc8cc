/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Nothing follows growth. (checked/family.h has the other answer.) */
#ifndef TLSF_MORE_H
#define TLSF_MORE_H

#include "heap.h"

static struct block *heap_more(struct heap *h, size_t size) {
    return heap_grow(h, size);
}

#endif
