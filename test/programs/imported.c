/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* malloc and its kin of a module that lives in this program's memory: all names
   that wasi-libc's own malloc has. */
#include <stddef.h>

#define IMPORT(name) __attribute__((import_module("heap"), import_name(name)))

IMPORT("malloc") void *heap_malloc(size_t size);
IMPORT("free") void heap_free(void *p);
IMPORT("calloc") void *heap_calloc(size_t count, size_t size);
IMPORT("realloc") void *heap_realloc(void *p, size_t size);
IMPORT("aligned_alloc") void *heap_aligned_alloc(size_t align, size_t size);
IMPORT("posix_memalign")
int heap_posix_memalign(void **out, size_t align, size_t size);
IMPORT("malloc_usable_size") size_t heap_malloc_usable_size(void *p);

void *malloc(size_t size) { return heap_malloc(size); }
void free(void *p) { heap_free(p); }
void *calloc(size_t count, size_t size) { return heap_calloc(count, size); }
void *realloc(void *p, size_t size) { return heap_realloc(p, size); }
size_t malloc_usable_size(void *p) { return heap_malloc_usable_size(p); }

void *aligned_alloc(size_t align, size_t size) {
    return heap_aligned_alloc(align, size);
}

int posix_memalign(void **out, size_t align, size_t size) {
    return heap_posix_memalign(out, align, size);
}

void *__libc_malloc(size_t size) { return heap_malloc(size); }
void __libc_free(void *p) { heap_free(p); }
void *__libc_calloc(size_t count, size_t size) {
    return heap_calloc(count, size);
}
