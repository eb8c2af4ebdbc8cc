/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Growth that notes each pool, and takes the place of growth.h's: that says
   why. The build has included limit.h before grow.h, so growth has a limit. */
#ifndef TLSF_GROWTH_H
#define TLSF_GROWTH_H

#include "row.h"

struct block *family_grow(size_t size) OWN("grow");
struct block *family_grow(size_t size) {
    struct heap *h = heap_state();
    struct block *was = h->end, *b = grow_to(h, size);
    if (h->end != was) row_grow(b, was, h->end);
    return b;
}

static struct block *heap_grow(struct heap *h, size_t size) {
    (void)h; /* there is one */
    return family_grow(size);
}

#endif
