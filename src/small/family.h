/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The C family in the fewest bytes, over one heap. */
#ifndef TLSF_SMALL_FAMILY_H
#define TLSF_SMALL_FAMILY_H

#include "heap.h"

#include "../core/grow.h"

static struct heap heap;

enum { STATE_SIZE = sizeof heap };

#include "state.h"

static struct heap *heap_state(void) { return STATE_AT(&heap, 0); }

static size_t heap_room_again(const struct block *n, size_t room) {
    (void)n; /* nothing lengthens it: memory did not grow */
    return room;
}

static void grow_begin(struct heap *h, struct block *b, struct block *was) {
    (void)h, (void)b, (void)was;
}

static void grow_end(struct heap *h, struct block *was, size_t pages) {
    (void)h, (void)was, (void)pages;
}

void *family_malloc(size_t size) { return heap_alloc(heap_state(), size); }

void family_free(void *p) {
    if (p) heap_free(heap_state(), block_of(p));
}

void *family_realloc(void *p, size_t size) {
    return p ? heap_realloc(heap_state(), block_of(p), size)
             : family_malloc(size);
}

#include "../core/family.h"

void *family_calloc(size_t count, size_t size) {
    size_t bytes = product(count, size);
    void *p = family_malloc(bytes);
    if (p) bytes_clear(p, bytes);
    return p;
}

#endif
