/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the canonical ABI of WebAssembly components asks of a module, so that
 * strings and lists can be passed to it. It uses the C family by its public
 * names only. malloc needs no initialisation, so neither does this: it may be
 * called before any constructor.
 *
 * A pointer that comes with a size of 0 is no block: it is NULL, or what a
 * request for 0 bytes returned.
 */
#include "../include/tlsf_config.h"
#include "../include/tlsf_malloc.h"

#include <stdbool.h>

#ifdef __wasm_bulk_memory__
#include "../core/bytes.h"
#else
#ifdef __wasm__
#include "../core/bytes_loop.h" /* copies whole words: blocks have no others */
#else
#include "../core/bytes.h"
#endif
#endif

void *cabi_realloc(void *p, size_t old_size, size_t align, size_t size) {
    if (!old_size) p = NULL;
    if (!size) {
        free(p);
        return (void *)align;
    }
    bool is_kept = align <= TLSF_ALIGN || size <= old_size;
    void *q = is_kept ? realloc(p, size) : aligned_alloc(align, size);
    if (!q) __builtin_trap();
    if (!is_kept) {
        bytes_copy(q, p, old_size);
        free(p);
    }
    return q;
}
