/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A program of the core API, in C or C++. BY says how it begins its heap: by
 * tlsf_init alone, by tlsf_add_pool alone, or in a static inline function. Or
 * it leaves that to others and only makes one CALL.
 */
#include "tlsf.h"

static char memory[65536];
static struct tlsf heap;

#ifndef BY
#define BY 3
#endif

#if BY == 1
static void *begin(void) {
    tlsf_init(&heap);
    return &heap;
}
#elif BY == 2
static void *begin(void) {
    return tlsf_add_pool(&heap, memory, sizeof memory) ? tlsf_malloc(&heap, 100)
                                                       : NULL;
}
#elif BY == 4
static void *begin(void) {
    (void)CALL;
    return &heap;
}
#else
static inline size_t give(struct tlsf *to, char *at, size_t bytes) {
    tlsf_init(to);
    return tlsf_add_pool(to, at, bytes);
}

static void *begin(void) {
    return give(&heap, memory, sizeof memory) ? tlsf_malloc(&heap, 100) : NULL;
}
#endif

int main(void) {
    (void)memory;
    return begin() ? 0 : 1;
}
