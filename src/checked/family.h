/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family that finds misuse: guards around the blocks of the flat heap,
 * which does not trust its memory either (hard/trust.h).
 *
 * What is free is dead: each byte of a free block behind its links is DEAD,
 * from when it was freed, or had by growth, until it is handed out. A byte that
 * is not was written meanwhile.
 */
#ifndef TLSF_CHECKED_FAMILY_H
#define TLSF_CHECKED_FAMILY_H

#include "../flat/the_heap.h"
struct heap heap;
#include "fault.h"
#include "guard.h"
struct guard ends = {&ends, &ends, 0, 0, {0}};

#include "../flat/align.h"
#include "dead.h"
#include "view.h"

static void heap_require(bool holds, const struct block *b) {
    if (!holds) fault_broken_heap(b);
}

/* ---- Dead bytes ---- */

/* If b is free, it will be part of what is freed before it. */
static uintptr_t dead_to_free(struct block *b) {
    return block_is_free(b) ? dead_from(b) : dead_to(b);
}

static void dead_require(uintptr_t from, uintptr_t to) {
    const void *wrong = bytes_other(from, to, DEAD);
    if (wrong) fault_write_after_free(wrong);
}

/* ---- The heap's blocks, dead while they are free ---- */

/* New memory dies, and with it the end marker that was before it. */
static struct block *heap_more(struct heap *h, size_t size) {
    uintptr_t old = dead_to(h->end) + BLOCK_COST;
    struct block *b = heap_grow(h, size);
    if (!b) return NULL;
    uintptr_t from = dead_from(b);
    bytes_fill(from > old ? from : old - BLOCK_COST, dead_to(h->end), DEAD);
    return b;
}

static void *heap_malloc(struct heap *h, size_t request) {
    void *p = heap_alloc(h, request);
    if (!p) return NULL;
    struct block *b = block_of(p);
    dead_require(dead_from(b), dead_to(block_at(b, block_used_size(b))));
    return p;
}

static void heap_release(struct heap *h, void *payload) {
    struct block *b = block_of(payload), *before = block_before(b);
    uintptr_t from = block_is_free(before) ? dead_to(b) : dead_from(b);
    uintptr_t to = dead_to_free(block_at(b, block_used_size(b)));
    heap_free(h, b);
    bytes_fill(from, to, DEAD);
}

/* Gives b's block another size, at most its own. What it leaves dies. */
static void heap_shrink(struct heap *h, struct block *b, size_t size) {
    size_t old = block_used_size(b);
    uintptr_t to = dead_to_free(block_at(b, old));
    heap_trim(h, block_at(b, old), b, size);
    struct block *rest = block_at(b, block_used_size(b));
    if (block_is_free(rest)) bytes_fill(dead_from(rest), to, DEAD);
}

/* ---- Pointers ---- */

/* There is no fence before p: says why not. */
static void guard_missing(const struct heap *h, const void *p) {
    struct guard *g = guard_of(p);
    if (g->fence[FENCE_SIZE - 1] == DEAD) fault_freed_pointer(p);
    if (block_is_there(h, guard_block(g))) fault_write_before_block(p);
    fault_interior_pointer(p);
}

/* The guard of a live block, which is in order with all that is around it. */
static struct guard *guard_live(const void *p) {
    const struct heap *h = heap_state();
    struct guard *g = guard_of(p);
    struct block *b = guard_block(g);
    uintptr_t at = (uintptr_t)p;
    if (at % TLSF_ALIGN) fault_misaligned_pointer(p);
    if (at < pages_start() || at >= (uintptr_t)h->end) fault_foreign_pointer(p);
    if (!guard_has_fence_before(g)) guard_missing(h, p);
    heap_require(guard_fits(g), b);
    if (!guard_has_fence_behind(g)) fault_write_behind_block(p);
    heap_require(guard_is_listed(g), b);
    block_require(b, block_used_size(b));
    return g;
}

/* ---- The family ---- */

void *family_malloc(size_t size) {
    return guard_begin(heap_malloc(heap_state(), guard_request(size)), size);
}

void family_free(void *p) {
    if (!p) return;
    struct guard *g = guard_live(p);
    guard_end(g);
    heap_release(heap_state(), guard_payload(g));
}

/* A block that grows always moves, so that a pointer that somebody kept is
   found. It keeps its order and its place in the list. */
void *family_realloc(void *p, size_t size) {
    if (!p) return family_malloc(size);
    struct heap *h = heap_state();
    struct guard *g = guard_live(p), *to = g;
    size_t old = g->size;
    if (size <= old) {
        heap_shrink(h, guard_block(g), block_size_for(size + GUARD_COST));
    } else {
        void *payload = heap_malloc(h, guard_request(size));
        if (!payload) return NULL;
        to = guard_at(payload);
        bytes_copy(to, g, sizeof *g + old);
        heap_release(h, guard_payload(g));
    }
    guard_close(to, old, size);
    return guard_bytes(to);
}

void *family_aligned_alloc(size_t align, size_t size) {
    if (!is_power_of_two(align)) return fail_with(PAGES_EINVAL);
    struct heap *h = heap_state();
    size_t request = guard_request(size);
    void *p = heap_malloc(h, aligned_request(align, request));
    if (!p) return NULL;
    struct block *b = block_of(p);
    size_t gap = heap_gap(block_at(b, FRONT), align - 1);
    struct block *aligned = block_cut_front(b, gap);
    heap_put_gap(h, b, gap);
    heap_shrink(h, aligned, block_size_for(request));
    return guard_begin(block_payload(aligned), size);
}

#include "../core/calloc.h"
#include "../core/posix_memalign.h"

size_t family_malloc_usable_size(void *p) {
    return p ? guard_live(p)->size : 0;
}

/* ---- The live blocks ---- */

static void *live_next(const void *p) {
    struct guard *next = (p ? guard_live(p) : &ends)->newer;
    return next == &ends ? NULL : guard_bytes(next);
}

void *tlsf_live_next(void *p) { return live_next(p); }

size_t tlsf_live_order(void *p) { return guard_live(p)->order; }

size_t tlsf_live_check(void) {
    size_t count = 0;
    for (void *p = NULL; (p = live_next(p));) {
        struct block *b = guard_block(guard_live(p));
        struct block *next = block_at(b, block_used_size(b));
        uintptr_t to = dead_to(block_at(next, block_size(next)));
        if (block_is_free(next)) dead_require(dead_from(next), to);
        count++;
    }
    return count;
}

#include "../core/growth.h"

/* The same as heap_require, for heap.o. */
void family_require(bool holds, const struct block *b) OWN("require");
void family_require(bool holds, const struct block *b) {
    heap_require(holds, b);
}

#endif
