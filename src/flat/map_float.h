/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Maps sizes to bins by one conversion to float: the fewest bytes of code. The
 * upper bits of a float are its exponent, which is the first level, and the bit
 * below it is the second. From 2^24 on the conversion may round up into the
 * next bin. It does so for all sizes near it, so the mapping stays monotone,
 * and nothing more is needed.
 */
#ifndef TLSF_MAP_H
#define TLSF_MAP_H

#include "block.h"

/* The numbers of the bins. (size: 6, the first one is a multiple of 64 on 32
   bits, which is then not subtracted; in archives) */
enum {
    FIRST_NUMBER = WORD > 4 ? 264 : 256,
    LAST_NUMBER = FIRST_NUMBER + 63,
};

/* The number of the bin of a free block of this size. Of 64 bits the last bin
   has all larger ones, too. */
static size_t map_floor(size_t size) {
    union {
        float f;
        uint32_t bits;
    } x = {(float)size};
    size_t number = x.bits >> 22;
    return WORD > 4 && number > LAST_NUMBER ? LAST_NUMBER : number;
}

#endif
