/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The limit of core/limit.h for the growth of threads/grow.h. */
#ifndef TLSF_THREADS_LIMIT_H
#define TLSF_THREADS_LIMIT_H

#include "../core/limit.h"

/* None always may be added; so many are not more than limit_room allows. */
static size_t limited_place_grow(size_t n) {
    bool may = n <= place_within(limit_room());
    return may ? place_grow(n) : SIZE_MAX;
}

#define place_grow limited_place_grow

#endif
