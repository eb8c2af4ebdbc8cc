/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Which sizes share a bin, as docs/design.md says it, and so which requests may
 * fail although a free block fits. It knows the parameters and what block a
 * request takes, nothing else of the index. Exact up to 2^24 bytes: above, a
 * float may round. The build was included before.
 */
#ifndef TLSF_BIN_RANGE_H
#define TLSF_BIN_RANGE_H

#ifndef MAP_FLOAT
#define MAP_FLOAT TLSF_FLOAT
#endif

struct range {
    uint64_t from, to; /* sizes from `from` on, below `to` */
};

/* The parts of a power of two, and how many powers have them; and the integer
   mapping of two levels counts from so many bytes below 0. */
#if CORE_IS_FLAT
enum { RANGE_PARTS = 2, RANGE_LEVELS = 48, RANGE_BELOW = 0 };
#else
enum { RANGE_PARTS = SLLEN, RANGE_LEVELS = TLSF_FLLEN };
#define RANGE_BELOW (MAP_FLOAT ? 0 : (uint64_t)RANGE_PARTS * TLSF_ALIGN)
#endif

/* From here on, less RANGE_BELOW, a power of two is one bin. */
#define RANGE_FINE                                                             \
    ((RANGE_BELOW ? RANGE_BELOW : (uint64_t)BLOCK_MIN) << RANGE_LEVELS)

/* The sizes that share a bin with this one. */
static struct range range_of(size_t size) {
    uint64_t at = size + RANGE_BELOW, power = TLSF_ALIGN;
    while (power <= at / 2)
        power *= 2;
    uint64_t width = at < RANGE_FINE ? power / RANGE_PARTS : power;
    if (width < TLSF_ALIGN) width = TLSF_ALIGN;
    uint64_t from = at - at % width;
    return (struct range){from - RANGE_BELOW, from - RANGE_BELOW + width};
}

/* What a walk over all free blocks must count to judge a request that failed
   for want of a block of `size` bytes. */
struct refusal {
    size_t size, smaller, fit, beyond;
};

static void refusal_count(struct refusal *r, size_t free_size) {
    struct range bin = range_of(r->size);
    r->beyond += free_size >= bin.to;
    r->fit += free_size >= r->size;
    r->smaller += free_size < r->size && free_size >= bin.from;
}

/* No block of another bin fits, and one of the same bin only if as many as are
   looked at do not. */
static bool refusal_is_right(const struct refusal *r) {
    return !r->beyond && (!r->fit || r->smaller >= LOOKS);
}

#endif
