/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The short ways of the fast build: what most calls need, in front of a heap
 * that knows nothing of it.
 *
 * Stacks keep small blocks that were just freed, as they are: to their
 * neighbours they are in use. One stack for each size; what a full one can't
 * take is freed, so that a burst of frees coalesces. Before memory grows, or a
 * request fails, all go back to the heap (quick_flush).
 *
 *   stack[n]   [count][block of n granules][block] ... up to QUICK_DEPTH
 *
 * With heap.h's invariants holds:
 *
 *  9. What stack n holds are used blocks of n granules of the pools, each once.
 */
#ifndef TLSF_QUICK_H
#define TLSF_QUICK_H

#include "heap.h"

enum {
    QUICK_DEPTH = 8,
    QUICK_SIZES = 58, /* blocks below 58 granules; of 0 there are none */
    QUICK_MAX = QUICK_SIZES * TLSF_ALIGN,
};

struct quick {
    struct {
        size_t count;
        struct block *held[QUICK_DEPTH];
    } stack[QUICK_SIZES];
};

_Static_assert(!TLSF_FAST || BLOCK_MIN == TLSF_ALIGN,
               "every size has a stack of its own");

/* A block of just this size from its stack, or NULL; size < QUICK_MAX. */
static struct block *quick_pop(struct quick *q, size_t size) {
    size_t n = size / TLSF_ALIGN, count = q->stack[n].count;
    if (!count) return NULL;
    q->stack[n].count = count - 1;
    return q->stack[n].held[count - 1];
}

/* A used block onto its stack, if it has one that is not full. */
static bool quick_push(struct quick *q, struct block *b) {
    if (b->header >= QUICK_MAX) return false;
    size_t n = b->header / TLSF_ALIGN, count = q->stack[n].count;
    if (count >= QUICK_DEPTH) return false;
    q->stack[n].held[count] = b;
    q->stack[n].count = count + 1;
    return true;
}

/* All blocks back to the heap, (QUICK_SIZES - 1) * QUICK_DEPTH at most. */
RARE static void quick_flush(struct quick *q, struct heap *h) {
    for (size_t n = QUICK_SIZES; --n;) {
        while (q->stack[n].count) {
            heap_free(h, block_payload(q->stack[n].held[--q->stack[n].count]));
        }
    }
}

/* [ remainder ] => [ b, used ][ remainder ]      It stays where it is. */
static struct block *quick_cut(struct heap *h, size_t size) {
    struct block *b = h->slot[REMAINDER].first;
    if (!b || b->header <= size) return NULL;
    struct block *rest = block_at(b, size), *n = block_at(b, b->header);
    rest->header = b->header - size;
    rest->next = NULL;
    rest->link = slot_link(h, REMAINDER);
    n->prev = rest;
    h->slot[REMAINDER].first = rest;
    b->header = size | USED;
    return b;
}

/* A used block for a request by one of the short ways, or NULL; where a hole
   of just this size is free, it does better than a cut. */
static struct block *quick_alloc(struct quick *q, struct heap *h,
                                 size_t request) {
    if (request > QUICK_MAX - TLSF_ALIGN - WORD) return NULL;
    size_t size = block_size_for(request);
    struct block *b = quick_pop(q, size);
    if (b) return b;
    if (size >= SLLEN * TLSF_ALIGN) return NULL;
    if (h->slot[FIRST_BIN + size / TLSF_ALIGN].first) return NULL;
    return quick_cut(h, size);
}

#endif
