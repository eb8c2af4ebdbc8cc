/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Maps sizes to bins by one conversion to float: the fewest bytes of code. The
 * upper bits of a float are its exponent, which is the first level, and the
 * SLLOG bits below its highest one, which are the second.
 */
#ifndef TLSF_MAP_H
#define TLSF_MAP_H

#include "bins.h"

/* Above 2^24 the conversion may round up into the next bin. It does so for all
   sizes near it, so the mapping stays monotone, and nothing more is needed. */
static size_t map_floor(size_t size) {
    union {
        float f;
        uint32_t bits;
    } x = {(float)size};
    const size_t bias = (size_t)(127 + LOG2(BLOCK_MIN) - FIRST_ROW) << SLLOG;
    size_t bin = (size_t)(x.bits >> (23 - SLLOG)) - bias;
    const bool all = LOG2(BLOCK_MIN) + TLSF_FLLEN >= 8 * WORD;
    /* size: 17, all sizes have rows, so the remainder changes nothing */
    if (all) bin %= 8 * WORD * SLLEN;
    return all ? bin : bin_of_row(bin);
}

#endif
