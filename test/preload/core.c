/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The family over the core API: a build of its own, by tlsf.h and a
 * growth hook.
 */
#define TLSF_EXPORTS_H /* this file names the functions */

#include "builds/core.c"

#include "pages.h"

enum { SLACK_LOG = 5 };

static tlsf_more more;
static struct tlsf core = {.more = more};
#define heap (*heap_of(&core))

/* Pages right behind the last pool lengthen it; others are a new one. */
static bool more(struct tlsf *t, size_t bytes, void *context) {
    static uintptr_t end;
    (void)context;
    uintptr_t at = (uintptr_t)pages_count() << PAGE_LOG;
    if (!pages_grow((bytes >> PAGE_LOG) + 1)) return false;
    pages_grow((at - pages_start()) >> (PAGE_LOG + SLACK_LOG));
    uintptr_t top = (uintptr_t)pages_count() << PAGE_LOG;
    bool touches = end && align_up(end, (size_t)1 << PAGE_LOG) == at;
    if (!touches) end = at;
    end += touches ? tlsf_extend_pool(t, (void *)end, top - end)
                   : tlsf_add_pool(t, (void *)at, top - at);
    return true;
}

static void *checked(void *p) {
    if (!p) errno = ENOMEM;
    return p;
}

void *malloc(size_t size) { return checked(tlsf_malloc(&core, size)); }

void free(void *p) { tlsf_free(&core, p); }

void *calloc(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return checked(NULL);
    void *p = malloc(bytes);
    if (p) bytes_clear(p, bytes);
    return p;
}

void *realloc(void *p, size_t size) {
    return checked(tlsf_realloc(&core, p, size));
}

void *aligned_alloc(size_t align, size_t size) {
    return checked(tlsf_aligned_alloc(&core, align, size));
}

int posix_memalign(void **out, size_t align, size_t size) {
    if (align < sizeof *out || align & (align - 1)) return EINVAL;
    void *p = aligned_alloc(align, size);
    if (p) *out = p;
    return p ? 0 : ENOMEM;
}

size_t malloc_usable_size(void *p) { return tlsf_usable_size(p); }
