/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What an end marker's header says beside its size, for heap.o. */
#ifndef TLSF_HEADER_H
#define TLSF_HEADER_H

#include "block.h"

/* Other people's memory and then a further pool follow this end marker: it says
   how far away that pool's first block is. To its neighbours it is in use as
   before. */
static void block_set_gap(struct block *end, size_t distance) {
    end->header = distance | GAP_BIT;
}

/* That distance, or 0. */
static size_t block_gap(const struct block *end) {
    return end->header & GAP_BIT ? end->header - GAP_BIT : 0;
}

#endif
