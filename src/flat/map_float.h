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

/* The number of bin 0. (size: 3, a multiple of 64 is not subtracted) */
enum { FIRST_NUMBER = WORD > 4 ? 264 : 256 };

/* The number of the bin of a free block of this size. */
static size_t map_floor(size_t size) {
    union {
        float f;
        uint32_t bits;
    } x = {(float)size};
    return x.bits >> 22;
}

#endif
