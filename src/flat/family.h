/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The whole C family in the fewest bytes. */
#ifndef TLSF_FLAT_FAMILY_H
#define TLSF_FLAT_FAMILY_H

#include "pair.h"

#include "align.h"
#include "realloc.h"
#include "slide.h"

void *family_realloc(void *p, size_t size) {
    return p ? heap_realloc(heap_state(), block_of(p), size)
             : family_malloc(size);
}

#include "../core/family.h"

#include "../core/calloc.h"

#endif
