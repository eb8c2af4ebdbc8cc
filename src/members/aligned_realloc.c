/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * realloc that keeps an alignment. It uses the C family by its public names
 * only. realloc of a block that need not grow leaves it in its place; a growing
 * block may move to any multiple of TLSF_ALIGN, so one that needs more
 * alignment gets another block first, and the old one is intact if there is
 * none.
 */
#include "../include/tlsf_config.h"
#include "../include/tlsf_malloc.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __wasm_bulk_memory__
#include "../core/bytes.h"
#else
#ifdef __wasm__
#include "../core/bytes_loop.h" /* copies whole words: blocks have no others */
#else
#include "../core/bytes.h"
#endif
#endif

/* Is p aligned to align, a power of two? */
static bool is_aligned(const void *p, size_t align) {
    return !(((uintptr_t)p | align) & (align - 1));
}

void *aligned_realloc(void *p, size_t align, size_t size) {
    size_t old = malloc_usable_size(p);
    bool is_kept = size <= old || align <= TLSF_ALIGN;
    if (p && is_kept && is_aligned(p, align)) return realloc(p, size);
    void *q = aligned_alloc(align, size);
    if (p && q) {
        bytes_copy(q, p, old < size ? old : size);
        free(p);
    }
    return q;
}
