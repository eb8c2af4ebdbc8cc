/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How memory grows where the family is one object. (growth.h is the other
   answer.) */
#ifndef TLSF_GROWTH_H
#define TLSF_GROWTH_H

static struct block *heap_more(struct heap *h, size_t size) {
    return grow_to(h, size);
}

#endif
