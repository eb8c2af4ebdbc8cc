/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What every C family has. This layer turns the user's pointers into blocks.
 *
 * A build's family.h has included its heap.h, and has defined: heap_state,
 * family_malloc, family_free and family_realloc; and defines family_calloc
 * afterwards. Nothing here has a public name: exports/ gives the functions
 * their names and may put a guard before them.
 */
#ifndef TLSF_FAMILY_H
#define TLSF_FAMILY_H

#include "one_heap.h"
#include "product.h"

void *family_aligned_alloc(size_t align, size_t size) {
    if (!is_power_of_two(align)) return fail_with(PAGES_EINVAL);
    void *p = family_malloc(aligned_request(align, size));
    if (!p) return NULL;
    struct block *b = heap_align(heap_state(), block_of(p), align);
    return family_realloc(block_payload(b), size);
}

#include "derived.h"

#endif
