/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Which sizes share a bin, as docs/design.md says it, and so which requests may
 * fail although a free block fits. It knows the parameters and what block a
 * request takes, nothing else of the index. Exact up to 2^24 bytes: above, a
 * float may round. The build was included before.
 */
#ifndef TLSF_BIN_RANGE_H
#define TLSF_BIN_RANGE_H

#include "core_file.h"

#ifndef MAP_FLOAT
#define MAP_FLOAT TLSF_FLOAT
#endif

struct range {
    uint64_t from, to; /* sizes from `from` on, below `to` */
};

#include CORE_FILE(range)

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
