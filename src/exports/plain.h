/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The whole C family by its public names, as pair.h has two of them. */
#ifndef TLSF_EXPORTS_H
#define TLSF_EXPORTS_H

#include "pair.h"

void *family_calloc(size_t count, size_t size) OWN("calloc");
void *family_realloc(void *p, size_t size) OWN("realloc");
void *family_aligned_alloc(size_t align, size_t size) OWN("aligned_alloc");
int family_posix_memalign(void **out, size_t align, size_t size)
    OWN("posix_memalign");
size_t family_malloc_usable_size(void *p) OWN("malloc_usable_size");

void *calloc(size_t count, size_t size) IS("calloc");
void *realloc(void *p, size_t size) IS("realloc");
void *aligned_alloc(size_t align, size_t size) IS("aligned_alloc");
int posix_memalign(void **out, size_t align, size_t size) IS("posix_memalign");
size_t malloc_usable_size(void *p) IS("malloc_usable_size");

/* glibc's name for any alignment; wasi-libc's for its own use. */
void *memalign(size_t align, size_t size) IS("aligned_alloc");
void *__libc_malloc(size_t size) IS("malloc");
void __libc_free(void *p) IS("free");
void *__libc_calloc(size_t count, size_t size) IS("calloc");

#endif
