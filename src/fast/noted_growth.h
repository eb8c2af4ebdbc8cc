/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Growth that notes each pool, and takes the place of growth.h's: flat/growth.h
   says why. The build has included limit.h, so growth has a limit. */
#ifndef TLSF_GROWTH_H
#define TLSF_GROWTH_H

#include "../core/row.h"

struct block *family_grow(const struct block *last, size_t size) OWN("grow");
struct block *family_grow(const struct block *last, size_t size) {
    struct heap *h = heap_state();
    struct block *was = slot_first(h, END), *b = grow_to(h, last, size);
    struct block *end = slot_first(h, END);
    if (end != was) row_grow(b, was, end);
    return b;
}

static struct block *heap_grow(struct heap *h, const struct block *last,
                               size_t size) {
    (void)h; /* there is one */
    return family_grow(last, size);
}

#endif
