/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A search that looks at one block of the floor bin. (look.h is the other
   answer.) */
#ifndef TLSF_FLAT_LOOK_H
#define TLSF_FLAT_LOOK_H

#include "bins.h"

enum { LOOKS = 1 };

static struct block *bins_find(const struct heap *h, size_t size) {
    size_t bin = map_floor(size);
    const struct block *first = bins_floor_first(h, bin);
    bin += !layout_has(first) || block_is_smaller(first, size);
    return bins_lowest(h, bins_upwards(bin));
}

#endif
