/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The names under which wasi-libc's own functions allocate. Without them the
 * linker adds libc's dlmalloc beside the peer.
 */
#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void free(void *p);

void *__libc_malloc(size_t size) { return malloc(size); }
void *__libc_calloc(size_t count, size_t size) { return calloc(count, size); }
void __libc_free(void *p) { free(p); }
