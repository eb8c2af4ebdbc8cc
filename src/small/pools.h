/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The core API, tlsf.h: the small heap over handles, pools and a growth hook.
 * Only the owner of the pools knows where memory ends, so the top is a block
 * like any other. This layer turns the user's pointers into blocks.
 */
#ifndef TLSF_POOLS_H
#define TLSF_POOLS_H

#include "heap.h"

#include "../core/check.h"

_Static_assert(sizeof(struct heap) == offsetof(struct tlsf, more),
               "struct tlsf begins with a heap");

static struct heap *heap_of(const struct tlsf *t) {
    return (struct heap *)(uintptr_t)t;
}

/* ---- What heap.h asks for ---- */

static void *heap_fail(void) { return NULL; }

static void *heap_malloc(struct heap *h, size_t request) {
    return heap_alloc(h, request);
}

static void heap_release(struct heap *h, void *payload) {
    heap_free(h, block_of(payload));
}

/* Calls the hook. What it added is then in the bins. */
static struct block *heap_more(struct heap *h, size_t size) {
    struct tlsf *t = (struct tlsf *)h;
    size_t bytes = size + 2 * TLSF_ALIGN + size / SLLEN;
    if (bytes < size || !t->more || !t->more(t, bytes, t->context)) return NULL;
    return heap_find(h, size);
}

/* ---- Pools ---- */

/* Makes the `size` bytes at first free, and writes an end marker behind. */
static void pool_put(struct heap *h, struct block *first, size_t size) {
    block_set_end(block_at(first, size));
    block_set_size(first, size, PREV_FREE);
    heap_free(h, first);
}

void tlsf_init(struct tlsf *t) { bytes_clear(t, sizeof *t); }

size_t tlsf_add_pool(struct tlsf *t, void *start, size_t bytes) {
    struct block *first = pool_first((uintptr_t)start);
    size_t lead = (size_t)((uintptr_t)first + HEAD - (uintptr_t)start);
    size_t size = (bytes - lead) & ~(size_t)(TLSF_ALIGN - 1);
    if (bytes < lead || size < BLOCK_MIN) return 0;
    block_set_size(first, 0, 0);
    pool_put(heap_of(t), first, size);
    return lead + size;
}

size_t tlsf_extend_pool(struct tlsf *t, void *end, size_t bytes) {
    struct block *b = block_of(end);
    size_t size = bytes & ~(size_t)(TLSF_ALIGN - 1);
    size_t least = block_prev_is_free(b) ? TLSF_ALIGN : BLOCK_MIN;
    if (size < least) return 0;
    pool_put(heap_of(t), b, size);
    return size;
}

/* A pool that is all free is one block, which the end marker follows. */
bool tlsf_remove_pool(struct tlsf *t, void *start) {
    struct block *b = pool_first((uintptr_t)start);
    if (!block_is_free(b) || block_size(block_at(b, block_free_size(b))))
        return false;
    heap_take(heap_of(t), b);
    return true;
}

void *tlsf_malloc(struct tlsf *t, size_t size) {
    return heap_alloc(heap_of(t), size);
}

void *tlsf_aligned_alloc(struct tlsf *t, size_t align, size_t size) {
    if (!is_power_of_two(align)) return NULL;
    void *p = heap_alloc(heap_of(t), aligned_request(align, size));
    if (!p) return NULL;
    struct block *b = heap_align(heap_of(t), block_of(p), align);
    return heap_realloc(heap_of(t), b, size);
}

void *tlsf_realloc(struct tlsf *t, void *p, size_t size) {
    if (!p) return heap_alloc(heap_of(t), size);
    return heap_realloc(heap_of(t), block_of(p), size);
}

void tlsf_free(struct tlsf *t, void *p) {
    if (p) heap_free(heap_of(t), block_of(p));
}

size_t tlsf_usable_size(const void *p) {
    return p ? block_usable_size(block_of(p)) : 0;
}

void tlsf_walk(void *start, tlsf_visit *visit, void *context) {
    struct block *b = pool_first((uintptr_t)start);
    for (size_t size; (size = block_size(b)) != 0; b = block_at(b, size)) {
        struct tlsf_block shown = {block_payload(b), size, size - WORD,
                                   !block_is_free(b)};
        if (!visit(shown, context)) return;
    }
}

int tlsf_check(const struct tlsf *t, void *const *pools, size_t count) {
    return check_heap(heap_of(t), pools, count);
}

#endif
