/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Maps sizes to bins by integers alone: the same bins as those of map_float.h,
 * without its rounding. Two for each power of two.
 */
#ifndef TLSF_MAP_H
#define TLSF_MAP_H

#include "block.h"

/* The numbers of the bins. */
enum { FIRST_NUMBER = 0, LAST_NUMBER = 63 };

/* The number of the bin of a free block of this size. Of 64 bits the last bin
   has all larger ones, too. */
static size_t map_floor(size_t size) {
    const unsigned least =
        WORD > 4 ? 5 : 4; /* of 4 words: no block is smaller */
    unsigned level = 8 * WORD - 1 - leading_zeros(size);
    size_t number = 2 * (level - least) + (size >> (level - 1)) - 2;
    return WORD > 4 && number > LAST_NUMBER ? LAST_NUMBER : number;
}

#endif
