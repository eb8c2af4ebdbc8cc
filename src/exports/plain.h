/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family by its public names. Each is the function itself, by alias: no
 * shell around it, and nothing inside calls it by such a name. So a program
 * may wrap or replace a name and sees its own calls only.
 */
#ifndef TLSF_EXPORTS_H
#define TLSF_EXPORTS_H

/* A name may be a macro: tests rename them all. */
#define IS(function) __attribute__((alias(#function)))

IS(family_malloc) void *malloc(size_t size);
IS(family_free) void free(void *p);
IS(family_calloc) void *calloc(size_t count, size_t size);
IS(family_realloc) void *realloc(void *p, size_t size);
IS(family_aligned_alloc) void *aligned_alloc(size_t align, size_t size);
IS(family_posix_memalign)
int posix_memalign(void **out, size_t align, size_t size);
IS(family_malloc_usable_size) size_t malloc_usable_size(void *p);

/* glibc's name for any alignment; wasi-libc's for its own use. */
IS(family_aligned_alloc) void *memalign(size_t align, size_t size);
IS(family_malloc) void *__libc_malloc(size_t size);
IS(family_free) void __libc_free(void *p);
IS(family_calloc) void *__libc_calloc(size_t count, size_t size);

#endif
