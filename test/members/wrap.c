/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The wrappers (wasm-ld --wrap) of the functions that members call: they count
   the calls, of each function in its digit. */
#include <tlsf_malloc.h>

static unsigned calls;

void *__real_malloc(size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_aligned_alloc(size_t align, size_t size);
void __real_free(void *p);

void *__wrap_malloc(size_t size) {
    calls += 1;
    return __real_malloc(size);
}

void __wrap_free(void *p) {
    calls += 10;
    __real_free(p);
}

void *__wrap_realloc(void *p, size_t size) {
    calls += 100;
    return __real_realloc(p, size);
}

void *__wrap_aligned_alloc(size_t align, size_t size) {
    calls += 1000;
    return __real_aligned_alloc(align, size);
}

/* The calls since the last question. */
unsigned count(void) {
    unsigned counted = calls;
    calls = 0;
    return counted;
}
