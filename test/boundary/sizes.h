/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Boundary cases of the family: the bins that sizes map to. Part of family.c.
 */

/* floor(log2(n)) */
static unsigned log2_of(uint64_t n) {
    unsigned log = 0;
    while (n >>= 1)
        log++;
    return log;
}

/* The bin of a size in the words of bins.h, which no number here is from. */
static size_t bin_of(size_t size) {
    uint64_t unit = MAP_FLOAT ? size : size / TLSF_ALIGN + SLLEN;
    unsigned row = log2_of(unit);
    uint64_t in_row = (unit << (63 - row) << 1 >> 1) >> (63 - log2_of(SLLEN));
    row -= MAP_FLOAT ? log2_of(BLOCK_MIN) : log2_of(SLLEN);
    uint64_t bin = FIRST_BIN + (uint64_t)row * SLLEN + in_row;
    if (row >= TLSF_FLLEN) bin = FINE + row - TLSF_FLLEN;
    return (size_t)bin;
}

static size_t bin_is(size_t size) {
    return slot_index(&heap, bins_floor(&heap, size));
}

/* Every size to a megabyte; those around each power of two and each bin's
   first above. To the float's 24 bits: then it may round up. */
CASE(bins_of_sizes) {
    for (size_t size = BLOCK_MIN; size < 1 << 20; size += TLSF_ALIGN)
        REQUIRE(bin_is(size) == bin_of(size));
    for (unsigned log = 20; log < 24; log++) {
        for (size_t i = 0; i < 2 * SLLEN; i++) {
            size_t size = ((size_t)1 << log) + (i << log) / (2 * SLLEN);
            for (int near = -1; near < 2; near++) {
                size_t at = size + (size_t)near * TLSF_ALIGN;
                REQUIRE(bin_is(at) == bin_of(at));
            }
        }
    }
    size_t most = block_size_for(REQUEST_MAX), bin = bin_is(most);
    REQUIRE(bin < SLOTS && bin - bin_of(most) <= 1);
    for (; most > 1 << 24; most -= most / 100) {
        REQUIRE(bin_is(most) <= bin && bin_is(most) - bin_of(most) <= 1);
        bin = bin_is(most);
    }
}

CASE(maps) {
    for (unsigned i = 0; i < 32; i++) {
        REQUIRE(lowest_bit((size_t)1 << i) == i);
        REQUIRE(lowest_bit(((size_t)5 << i) & 0xffffffff) == i);
    }
    REQUIRE(lowest_bit(0) == 32);
    for (unsigned bit = 0; bit < 3 * SLLEN; bit++) {
        for (unsigned i = 0; i < 8 * WORD; i++) {
            bool above = i > bit % SLLEN && i < SLLEN;
            REQUIRE((bits_above(bit) >> i & 1) == above);
        }
    }
}
