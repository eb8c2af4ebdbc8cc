/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Each name of the allocator is there, and all are of the same heap. */
#include "require.h"

#include <emscripten/heap.h>
#include <malloc.h>

void *emscripten_builtin_malloc(size_t size);
void *emscripten_builtin_calloc(size_t count, size_t size);
void *emscripten_builtin_realloc(void *p, size_t size);
void *emscripten_builtin_memalign(size_t align, size_t size);
void emscripten_builtin_free(void *p);
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);
void __libc_free(void *p);

static void *posix(size_t align, size_t size) {
    void *p = NULL;
    REQUIRE(posix_memalign(&p, align, size) == 0);
    return p;
}

static void *count_one(void *calloc_of(size_t, size_t), size_t size) {
    unsigned char *p = calloc_of(1, size);
    for (size_t i = 0; p && i < size; i++)
        REQUIRE(p[i] == 0);
    return p;
}

/* A block by one of the names, whose bytes are written. */
static void *block(unsigned which, size_t size) {
    static void *(*const aligned[])(size_t, size_t) = {
        aligned_alloc, memalign, posix, emscripten_builtin_memalign};
    void *p = which == 0   ? malloc(size)
              : which == 1 ? count_one(calloc, size)
              : which == 2 ? emscripten_builtin_malloc(size)
              : which == 3 ? count_one(emscripten_builtin_calloc, size)
              : which == 4 ? __libc_malloc(size)
              : which == 5 ? count_one(__libc_calloc, size)
                           : aligned[which - 6](4096, size);
    REQUIRE(p && (uintptr_t)p % (which < 6 ? 16 : 4096) == 0);
    REQUIRE(malloc_usable_size(p) >= size);
    return memset(p, (int)which + 1, size);
}

int main(void) {
    static void *(*const reallocs[])(void *, size_t) = {
        realloc, emscripten_builtin_realloc, __libc_realloc};
    static void (*const frees[])(void *) = {free, emscripten_builtin_free,
                                            __libc_free};
    for (unsigned i = 0; i < 10 * 3 * 3; i++) {
        unsigned char *p = block(i % 10, 100);
        p = reallocs[i / 10 % 3](p, 5000);
        REQUIRE(p && p[0] == i % 10 + 1 && p[99] == i % 10 + 1);
        frees[i / 30](p);
    }
    puts("all names");
    return 0;
}
