/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family over one heap that threads share. Each function is in the heap
 * from heap_enter to heap_leave. Inside, the heap calls heap_malloc and
 * heap_release, which are in it already.
 *
 * What is not here takes no lock: a used block's size is written only by who
 * has the block, and bytes are cleared and copied outside.
 */
#ifndef TLSF_FLAT_FAMILY_H
#define TLSF_FLAT_FAMILY_H

#include "../flat/more.h"
#include "../flat/lists.h"
#include "../flat/trust.h"
#include "../flat/unnoted.h"
#include "lock.h"

#include "../flat/align.h"
#include "../flat/realloc.h"
#include "move.h"

/* By these names heap.o finds the heap, and tests the lock. */
extern struct heap heap OWN("heap");
extern struct lock lock OWN("lock");
struct heap heap;
struct lock lock;

enum { STATE_SIZE = sizeof lock }; /* beside the heap */

#include "state.h"

static struct heap *heap_state(void) { return STATE_ALIGNED(&heap); }
static struct lock *lock_state(void) { return STATE_AT(&lock, 0); }

/* ---- Inside ---- */

/* A payload for `request` bytes of a block that is free already, or NULL. */
static void *heap_find(struct heap *h, size_t request) {
    if (request > REQUEST_MAX) return NULL;
    size_t size = block_size_for(request);
    struct block *b = bins_find(h, size);
    return b ? heap_trim(h, block_at(b, heap_take(h, b)), b, size) : NULL;
}

/* The same as heap_alloc; what grew is found at once, if it is enough. */
static void *heap_malloc(struct heap *h, size_t request) {
    void *p = heap_find(h, request);
    if (p) return p;
    bool grew = request <= REQUEST_MAX && heap_more(h, block_size_for(request));
    p = grew ? heap_find(h, request) : NULL;
    return p ? p : heap_fail();
}

static void *heap_aligned(struct heap *h, size_t align, size_t request) {
    void *p = heap_malloc(h, aligned_request(align, request));
    return p ? heap_realloc(h, heap_align(h, block_of(p), align), request)
             : NULL;
}

static struct heap *heap_enter(void) {
    lock_enter();
    return heap_state();
}

static void *heap_leave(void *result) {
    lock_leave();
    return result;
}

/* Frees a block and leaves. */
static void heap_end(void *p) {
    heap_free(heap_state(), block_of(p));
    lock_leave();
}

/* ---- The family ---- */

void *family_malloc(size_t size) {
    return heap_leave(heap_malloc(heap_enter(), size));
}

void family_free(void *p) {
    if (!p) return;
    lock_enter();
    heap_end(p);
}

void *family_realloc(void *p, size_t size) {
    if (!p) return family_malloc(size);
    return heap_leave(heap_realloc(heap_enter(), block_of(p), size));
}

void *family_aligned_alloc(size_t align, size_t size) {
    if (!is_power_of_two(align)) return fail_with(PAGES_EINVAL);
    return heap_leave(heap_aligned(heap_enter(), align, size));
}

/* ---- What never waits ---- */

/* Memory does not grow here: an engine may then let its threads wait. */
void *family_try_malloc(size_t size) {
    return lock_try() ? heap_leave(heap_find(heap_state(), size)) : NULL;
}

bool family_try_free(void *p) {
    if (!p) return true;
    bool is_in = lock_try();
    if (is_in) heap_end(p);
    return is_in;
}

#include "../core/calloc.h"
#include "../core/derived.h"

#include "../core/growth.h"

/* The lock for heap.o. */
void family_enter(void) OWN("enter");
void family_leave(void) OWN("leave");
void family_enter(void) { lock_enter(); }
void family_leave(void) { lock_leave(); }

#endif
