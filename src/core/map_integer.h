/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Maps sizes to bins by integers: for speed, and for hosts that refuse floats.
 * Each of the first SLLEN granules has a bin of its own. Each power of two
 * above has SLLEN bins. With SLLEN more granules the first row is like any
 * other.
 */
#ifndef TLSF_MAP_H
#define TLSF_MAP_H

#include "bins.h"

static size_t map_floor(size_t size) {
    size_t n = size / TLSF_ALIGN + SLLEN;
    unsigned up = 8 * WORD - 1 - SLLOG - leading_zeros(n);
    size_t bin = (up << SLLOG) + (n >> up) + FIRST_BIN - SLLEN;
    const bool all = 8 * WORD - LOG2(TLSF_ALIGN) - SLLOG < TLSF_FLLEN;
    return all ? bin : bin_of_row(bin);
}

#endif
