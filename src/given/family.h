/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Heaps over ranges by their functions. This layer turns the user's pointers
 * into blocks, and counts what is live: the heap below moves blocks, so it
 * can't tell what its user has.
 */
#ifndef TLSF_GIVEN_FAMILY_H
#define TLSF_GIVEN_FAMILY_H

#include "range.h"

#include "../flat/align.h"
#include "../flat/realloc.h"
#include "../flat/slide.h"
#include "../flat/lists.h"
#include "../flat/trust.h"

/* ---- What the heap asks for ---- */

static void *heap_fail(void) { return NULL; }

/* A range does not grow by itself. */
static struct block *heap_more(struct heap *h, size_t size) {
    (void)h, (void)size;
    return NULL;
}

static bool heap_is_last(struct block *end) {
    (void)end;
    return false;
}

static void *heap_malloc(struct heap *h, size_t request) {
    return range_malloc(range_of(h), request);
}

static void heap_release(struct heap *h, void *payload) {
    range_free(range_of(h), payload);
}

static size_t heap_note(struct heap *h, size_t size) {
    range_of(h)->counts.free_bytes += size;
    return size;
}

/* ---- Ranges ---- */

struct range *range_create(uintptr_t base, size_t size) {
    struct range *r = range_at(base);
    size_t least = (uintptr_t)r - base + RANGE_LEAST;
    if (size < least || !pages_hold(base, size)) return NULL;
    range_begin(r, base + size);
    return r;
}

bool range_extend(struct range *r, uintptr_t base, size_t size) {
    /* Behind 2^32, where a range may end, there is nothing. */
    if (!base || base != r->limit || !pages_hold(base, size)) return false;
    range_lengthen(r, base + size);
    return true;
}

void range_reset(struct range *r) { range_begin(r, r->limit); }

/* An empty heap, whose requests fail. */
void range_destroy(struct range *r) { bytes_clear(r, sizeof *r); }

/* ---- Blocks ---- */

void *range_malloc(struct range *r, size_t size) {
    void *p = heap_alloc(&r->heap, size);
    r->counts.used_blocks += !!p;
    return p;
}

void range_free(struct range *r, void *p) {
    if (!p) return;
    r->counts.used_blocks--;
    heap_free(&r->heap, block_of(p));
}

void *range_realloc(struct range *r, void *p, size_t size) {
    return p ? heap_realloc(&r->heap, block_of(p), size)
             : range_malloc(r, size);
}

void *range_aligned_alloc(struct range *r, size_t align, size_t size) {
    if (!is_power_of_two(align)) return NULL;
    void *p = range_malloc(r, aligned_request(align, size));
    if (!p) return NULL;
    struct block *b = heap_align(&r->heap, block_of(p), align);
    return heap_realloc(&r->heap, b, size);
}

size_t range_usable_size(const struct range *r, const void *p) {
    (void)r;
    return p ? block_usable_size(block_of(p)) : 0;
}

/* ---- Asking ---- */

/* Bytes are those of blocks, of which each takes BLOCK_COST beside its payload.
   But a request of largest_free bytes is met. */
struct range_stats {
    struct range_counts counts;
    size_t used_bytes, largest_free;
};

void range_stats(struct range *r, struct range_stats *out) {
    out->counts = r->counts;
    out->used_bytes = range_bytes(r) - r->counts.free_bytes;
    out->largest_free = range_largest(r);
}

#endif
