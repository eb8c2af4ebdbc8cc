/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Stands between a program and our malloc, whose functions are real_malloc
 * and so on here: calls from `first` to `last` that ask for memory fail, and
 * what is live is counted. To shrink a block never fails, as in ours.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

void *real_malloc(size_t size);
void *real_calloc(size_t count, size_t size);
void *real_realloc(void *p, size_t size);
void real_free(void *p);
size_t malloc_usable_size(void *p);

/* The order is known to nomem.test.js. */
struct {
    uint32_t first, last, calls, live;
    uintptr_t sum; /* of the addresses of live blocks */
} failing;

static int fails(void) {
    uint32_t call = ++failing.calls;
    if (call < failing.first || call > failing.last) return 0;
    errno = ENOMEM;
    return 1;
}

static void *born(void *p) {
    failing.live += p != NULL;
    failing.sum += (uintptr_t)p;
    return p;
}

static void died(uintptr_t p) {
    failing.live -= p != 0;
    failing.sum -= p;
}

void *malloc(size_t size) { return fails() ? NULL : born(real_malloc(size)); }

void *calloc(size_t count, size_t size) {
    return fails() ? NULL : born(real_calloc(count, size));
}

void *realloc(void *p, size_t size) {
    uintptr_t old = (uintptr_t)p;
    if (size > malloc_usable_size(p) && fails()) return NULL;
    void *q = real_realloc(p, size);
    if (q) died(old);
    return q ? born(q) : NULL;
}

void free(void *p) {
    died((uintptr_t)p);
    real_free(p);
}
