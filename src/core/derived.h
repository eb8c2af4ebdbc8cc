/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is the same in every C family without guards: it needs nothing of the
   heap, or only what family_aligned_alloc does. */
#ifndef TLSF_DERIVED_H
#define TLSF_DERIVED_H

#include "posix_memalign.h"

size_t family_malloc_usable_size(void *p) {
    return p ? block_usable_size(block_of(p)) : 0;
}

#endif
