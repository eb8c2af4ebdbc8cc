/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Maps sizes to bins by integers alone: the same bins as those of map_float.h,
 * without its rounding. Two for each power of two.
 */
#ifndef TLSF_MAP_H
#define TLSF_MAP_H

#include "block.h"

/* The number of bin 0. */
enum { FIRST_NUMBER = 0 };

/* The number of the bin of a free block of this size. */
static size_t map_floor(size_t size) {
    const unsigned least = WORD > 4 ? 5 : 4; /* the level of BLOCK_MIN */
    unsigned level = 8 * WORD - 1 - leading_zeros(size);
    return 2 * (level - least) + (size >> (level - 1)) - 2;
}

#endif
