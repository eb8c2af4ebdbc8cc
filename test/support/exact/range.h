/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A bin for each size below 64 granules, then eight for each power of two. Part
   of bin_range.h. */

/* The sizes that share a bin with this one. */
static struct range range_of(size_t size) {
    uint64_t power = 64 * TLSF_ALIGN;
    while (power <= size / 2)
        power *= 2;
    uint64_t width = size < power ? TLSF_ALIGN : power / 8;
    uint64_t from = size - size % width;
    return (struct range){from, from + width};
}
