/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SLLEN bins for each power of two, TLSF_FLLEN times, then one for each. Part
   of bin_range.h. */

/* The integer mapping counts from so many bytes below 0. */
#define RANGE_BELOW (MAP_FLOAT ? 0 : (uint64_t)SLLEN * TLSF_ALIGN)

/* From here on, less RANGE_BELOW, a power of two is one bin. */
#define RANGE_FINE                                                             \
    ((RANGE_BELOW ? RANGE_BELOW : (uint64_t)BLOCK_MIN) << TLSF_FLLEN)

/* The sizes that share a bin with this one. */
static struct range range_of(size_t size) {
    uint64_t at = size + RANGE_BELOW, power = TLSF_ALIGN;
    while (power <= at / 2)
        power *= 2;
    uint64_t width = at < RANGE_FINE ? power / SLLEN : power;
    if (width < TLSF_ALIGN) width = TLSF_ALIGN;
    uint64_t from = at - at % width;
    return (struct range){from - RANGE_BELOW, from - RANGE_BELOW + width};
}
