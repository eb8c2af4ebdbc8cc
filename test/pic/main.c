/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A position-independent program or side module with data of its own. Built
   with or without an allocator in it. */
#include "tlsf_malloc.h"

static const char *const words[] = {"position", "independent"};
static int calls;

__attribute__((export_name("own_malloc"))) void *own_malloc(size_t size) {
    calls++;
    return malloc(size);
}

__attribute__((export_name("own_free"))) void own_free(void *p) { free(p); }

__attribute__((export_name("own_realloc"))) void *own_realloc(void *p,
                                                              size_t size) {
    return realloc(p, size);
}

/* Are our data as they were? It also says how often own_malloc was called. */
__attribute__((export_name("own_data"))) int own_data(void) {
    int sum = 0;
    for (int i = 0; i < 2; i++)
        for (const char *c = words[i]; *c; c++)
            sum += *c;
    return sum * 65536 + calls;
}
