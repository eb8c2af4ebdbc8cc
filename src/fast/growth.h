/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How the family's heap grows, by a weak function in an archive: flat/growth.h
   says why. */
#ifndef TLSF_GROWTH_H
#define TLSF_GROWTH_H

struct block *family_grow(const struct block *last, size_t size)
    OWN_WEAK("grow");
struct block *family_grow(const struct block *last, size_t size) {
    return grow_to(heap_state(), last, size);
}

static struct block *heap_grow(struct heap *h, const struct block *last,
                               size_t size) {
    (void)h; /* there is one */
    return STATE_GROWTH(grow_to(h, last, size), family_grow(last, size));
}

#endif
