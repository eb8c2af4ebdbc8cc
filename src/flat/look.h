/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A search that looks at a few blocks of the floor bin, whose sizes differ, for
   one that is large enough. (first.h is the other answer.) */
#ifndef TLSF_FLAT_LOOK_H
#define TLSF_FLAT_LOOK_H

#include "bins.h"

enum { LOOKS = 8 }; /* at most; the table of builds has them as turns */

static struct block *bins_find(const struct heap *h, size_t size) {
    size_t left = LOOKS;
    struct block *b = bins_floor(h, size);
    do {
        b = ends_read(link_next(b));
        if (!layout_has(b)) break;
        if (!block_is_smaller(b, size)) return b;
        /* analysis: bound reads this count */
        left = hide_from_optimiser(left - 1);
    } while (left);
    return bins_lowest(h, bins_upwards(map_floor(size)) << 1);
}

#endif
