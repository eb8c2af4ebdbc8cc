/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A block that is had and freed again leaves the room that it took. */
#include "../include/tlsf_heap.h"
#include "../include/tlsf_malloc.h"

bool tlsf_heap_reserve(size_t bytes) {
    void *p = malloc(bytes);
    bool is_there = p;
    free(p);
    return is_there;
}
