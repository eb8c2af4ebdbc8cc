/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How the family's heap grows. In an archive that is a weak function: heap.o,
 * the object that asks and tells the heap, defines it too (noted_growth.h), and
 * there it keeps a limit and remembers all pools. So the linker gives that
 * growth to programs that call heap.o, and this one to all others, and nobody
 * pays for what he does not call.
 */
#ifndef TLSF_GROWTH_H
#define TLSF_GROWTH_H

/* There is one heap, so it is no argument (size: 41). */
struct block *family_grow(size_t size) OWN_WEAK("grow");
struct block *family_grow(size_t size) {
    return grow_to(heap_state(), size);
}

static struct block *heap_grow(struct heap *h, size_t size) {
    (void)h; /* there is one */
    return STATE_GROWTH(grow_to(h, size), family_grow(size));
}

#endif
