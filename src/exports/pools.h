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
#undef tlsf_extend_pool
#undef tlsf_remove_pool
#undef tlsf_malloc
#undef tlsf_aligned_alloc
#undef tlsf_realloc
#undef tlsf_free
#undef tlsf_check

void tlsf_init(struct tlsf *heap);
void tlsf_init(struct tlsf *heap) { TLSF_NAME(tlsf_init)(heap); }

size_t tlsf_add_pool(struct tlsf *heap, void *start, size_t bytes);
size_t tlsf_add_pool(struct tlsf *heap, void *start, size_t bytes) {
    return TLSF_NAME(tlsf_add_pool)(heap, start, bytes);
}

size_t tlsf_extend_pool(struct tlsf *heap, void *end, size_t bytes);
size_t tlsf_extend_pool(struct tlsf *heap, void *end, size_t bytes) {
    return TLSF_NAME(tlsf_extend_pool)(heap, end, bytes);
}

bool tlsf_remove_pool(struct tlsf *heap, void *start);
bool tlsf_remove_pool(struct tlsf *heap, void *start) {
    return TLSF_NAME(tlsf_remove_pool)(heap, start);
}

void *tlsf_malloc(struct tlsf *heap, size_t size);
void *tlsf_malloc(struct tlsf *heap, size_t size) {
    return TLSF_NAME(tlsf_malloc)(heap, size);
}

void *tlsf_aligned_alloc(struct tlsf *heap, size_t align, size_t size);
void *tlsf_aligned_alloc(struct tlsf *heap, size_t align, size_t size) {
    return TLSF_NAME(tlsf_aligned_alloc)(heap, align, size);
}

void *tlsf_realloc(struct tlsf *heap, void *p, size_t size);
void *tlsf_realloc(struct tlsf *heap, void *p, size_t size) {
    return TLSF_NAME(tlsf_realloc)(heap, p, size);
}

void tlsf_free(struct tlsf *heap, void *p);
void tlsf_free(struct tlsf *heap, void *p) { TLSF_NAME(tlsf_free)(heap, p); }

int tlsf_check(const struct tlsf *heap, void *const *pools, size_t count);
int tlsf_check(const struct tlsf *heap, void *const *pools, size_t count) {
    return TLSF_NAME(tlsf_check)(heap, pools, count);
}

#endif
