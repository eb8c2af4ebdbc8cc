/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family by its public names, and by those that Emscripten's libraries
 * call: they are strong, and the names of C are weak, as in Emscripten's own
 * allocators. So a program may define a malloc of its own that calls
 * emscripten_builtin_malloc.
 */
#ifndef TLSF_EMSCRIPTEN_H
#define TLSF_EMSCRIPTEN_H

#include <stddef.h>

#pragma weak malloc
#pragma weak free
#pragma weak calloc
#pragma weak realloc
#pragma weak aligned_alloc
#pragma weak posix_memalign
#pragma weak malloc_usable_size
#pragma weak memalign

#include "plain.h"

void *emscripten_builtin_malloc(size_t size) IS("malloc");
void emscripten_builtin_free(void *p) IS("free");
void *emscripten_builtin_calloc(size_t count, size_t size) IS("calloc");
void *emscripten_builtin_realloc(void *p, size_t size) IS("realloc");
void *emscripten_builtin_memalign(size_t align, size_t size)
    IS("aligned_alloc");
void *__libc_realloc(void *p, size_t size) IS("realloc");

#endif
