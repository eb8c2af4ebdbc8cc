/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The floor: an allocator that never frees. It grows memory as every allocator
 * must, and does not know the size of a block.
 */
#include <stddef.h>
#include <stdint.h>

extern char __heap_base;
static uintptr_t top = (uintptr_t)&__heap_base;

void *aligned_alloc(size_t align, size_t size) {
    uint64_t start = ((uint64_t)top + align - 1) & -(uint64_t)align;
    uint64_t lack = start + size + 65535 >> 16;
    size_t have = __builtin_wasm_memory_size(0);
    if (lack > have) {
        if (lack > 65535) return NULL;
        if (__builtin_wasm_memory_grow(0, lack - have) == SIZE_MAX) return NULL;
    }
    top = (uintptr_t)(start + size);
    return (void *)(uintptr_t)start;
}

void *malloc(size_t size) { return aligned_alloc(16, size); }

void free(void *p) { (void)p; }

/* Fresh memory is zero, and all of ours is fresh. */
void *calloc(size_t count, size_t size) {
    uint64_t bytes = (uint64_t)count * size;
    return bytes >> 32 ? NULL : malloc((size_t)bytes);
}

/* What lies behind the old block, up to the new one, is ours to read. */
void *realloc(void *p, size_t size) {
    char *new = malloc(size);
    if (!new || !p) return new;
    size_t most = (size_t)(new - (char *)p);
    return __builtin_memcpy(new, p, size < most ? size : most);
}

int posix_memalign(void **out, size_t align, size_t size) {
    void *p = aligned_alloc(align, size);
    if (!p) return 48;
    *out = p;
    return 0;
}
