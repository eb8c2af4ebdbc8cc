/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The functions of the core API whose names carry the parameters, by their
 * plain names too: for callers that do not include tlsf.h, as bindings to other
 * languages. These are functions and not aliases, which not every target has; a
 * linker drops them where nobody calls them.
 */
#ifndef TLSF_EXPORTS_POOLS_H
#define TLSF_EXPORTS_POOLS_H

#include "../include/tlsf.h"

#undef tlsf_init
#undef tlsf_add_pool

void tlsf_init(struct tlsf *heap);
void tlsf_init(struct tlsf *heap) { TLSF_NAME(tlsf_init)(heap); }

size_t tlsf_add_pool(struct tlsf *heap, void *start, size_t bytes);
size_t tlsf_add_pool(struct tlsf *heap, void *start, size_t bytes) {
    return TLSF_NAME(tlsf_add_pool)(heap, start, bytes);
}

#endif
