/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Two bins for each power of two. Part of bin_range.h. */

/* The sizes that share a bin with this one. */
static struct range range_of(size_t size) {
    uint64_t power = BLOCK_MIN;
    while (power <= size / 2)
        power *= 2;
    uint64_t from = size - size % (power / 2);
    return (struct range){from, from + power / 2};
}
