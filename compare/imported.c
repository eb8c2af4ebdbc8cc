/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * No allocator: each function of the family is imported from the host, so that
 * the program has its size without an allocator.
 */
#include <stddef.h>

#define IMPORT(type, name, params, args)                                       \
    __attribute__((import_module("env"), import_name(#name)))                  \
    type host_##name params;                                                   \
    type name params { return host_##name args; }

IMPORT(void *, malloc, (size_t size), (size))
IMPORT(void, free, (void *p), (p))
IMPORT(void *, calloc, (size_t count, size_t size), (count, size))
IMPORT(void *, realloc, (void *p, size_t size), (p, size))
IMPORT(void *, aligned_alloc, (size_t align, size_t size), (align, size))
IMPORT(int, posix_memalign, (void **out, size_t align, size_t size),
       (out, align, size))
IMPORT(size_t, malloc_usable_size, (void *p), (p))
