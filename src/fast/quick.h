/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Quick lists: what most calls need, in front of a heap that knows nothing of
 * them.
 *
 * They hold small blocks that were just freed, as they are: for its neighbours
 * such a block is in use. There is one list for each size: the last one in is
 * the first one out, and at most QUICK_DEPTH are kept. What a full list can't
 * take is freed, so that a burst of frees coalesces.
 * Before memory grows, or a request fails, all blocks go back to the heap.
 *
 *   list[n]   [count][block of n granules][block] ... up to QUICK_DEPTH
 *
 * Beside the invariants of core/heap.h and fast/heap.h, this holds:
 *
 *  9. List n holds used blocks of n granules that lie in the pools, each once.
 */
#ifndef TLSF_QUICK_H
#define TLSF_QUICK_H

#include "heap.h"

enum {
    QUICK_DEPTH = 8,
    QUICK_SIZES = 58, /* blocks below 58 granules; no block has 0 */
    QUICK_MAX = QUICK_SIZES * TLSF_ALIGN,
};

struct quick {
    struct {
        size_t count;
        struct block *held[QUICK_DEPTH];
    } list[QUICK_SIZES];
};

_Static_assert(BLOCK_MIN == TLSF_ALIGN, "every size has a list of its own");

/* A block of just this size from its list, or NULL; size < QUICK_MAX. */
static struct block *quick_pop(struct quick *q, size_t size) {
    size_t n = size / TLSF_ALIGN, count = q->list[n].count;
    if (!count) return NULL;
    q->list[n].count = count - 1;
    return q->list[n].held[count - 1];
}

/* Puts a used block onto its list, if it has one that is not full. */
static bool quick_push(struct quick *q, struct block *b) {
    size_t n = block_granules(b);
    if (n >= QUICK_SIZES) return false;
    size_t count = q->list[n].count;
    if (count >= QUICK_DEPTH) return false;
    q->list[n].held[count] = b;
    q->list[n].count = count + 1;
    return true;
}

/* Frees all blocks held, at most (QUICK_SIZES - 1) * QUICK_DEPTH. */
static void quick_flush(struct quick *q, struct heap *h) {
    for (size_t n = QUICK_SIZES; --n;) {
        while (q->list[n].count) {
            heap_free(h, q->list[n].held[--q->list[n].count]);
        }
    }
}

/* [ last remainder ] => [ b, used ][ last remainder ] */
static struct block *quick_cut(struct heap *h, size_t size) {
    struct block *b = slot_first(h, LAST_REMAINDER);
    if (!b || block_free_size(b) <= size) return NULL;
    struct block *rest = block_at(b, size);
    block_set_free(rest, block_at(b, block_free_size(b)),
                   block_free_size(b) - size);
    slot_set_alone(h, LAST_REMAINDER, rest);
    block_set_used(b, size, 0);
    return b;
}

/* A used block for a request by one of the short ways, or NULL. Where a free
   block of just this size is in a bin, that one serves better than a cut. */
static struct block *quick_alloc(struct quick *q, struct heap *h,
                                 size_t request) {
    if (request > QUICK_MAX - TLSF_ALIGN - WORD) return NULL;
    size_t size = block_size_for(request);
    struct block *b = quick_pop(q, size);
    if (b) return b;
    if (size >= SLLEN * TLSF_ALIGN) return NULL;
    if (slot_first(h, FIRST_BIN + size / TLSF_ALIGN)) return NULL;
    return quick_cut(h, size);
}

#endif
