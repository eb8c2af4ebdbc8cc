/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Guards: what lies around the bytes of a live block, within the payload of a
 * block of the heap. It knows nothing of how blocks are had.
 *
 *   payload of the heap's block
 *   |<--------------------------------------------------------->|
 *   [ older | newer | order | size | fence ][ bytes ... ][ fence ]
 *                                           ^
 *                                           what malloc returns
 *
 * All guards are a list, in the order of their allocation. A fence is 16 bytes
 * or more, before the bytes and behind them up to the end of the payload.
 * Nobody may write there. (On either side it has bytes of its own, so that what
 * is behind a block does not look like the front of one.)
 */
#ifndef TLSF_GUARD_H
#define TLSF_GUARD_H

#include "../flat/ends.h"
#include "../hard/lists.h"

enum {
    FRESH = 0xcd,  /* bytes that the program has not written yet */
    DEAD = 0xdd,   /* freed bytes */
    BEFORE = 0xfb, /* the fence before a block */
    BEHIND = 0xfd,
    FENCE_SIZE = 16, /* or more */
};

struct guard {
    struct guard *older, *newer;
    size_t order, size;
    unsigned char fence[FENCE_SIZE];
};

enum {
    /* From the payload of the heap's block to the bytes of the user's. */
    FRONT = (sizeof(struct guard) + TLSF_ALIGN - 1) & ~(TLSF_ALIGN - 1),
    GUARD_COST = FRONT + FENCE_SIZE,
};

/* Both ends of the list, and the order of the last allocation. The family
   defines it, for heap.o too. */
extern struct guard ends OWN("live");

/* ---- Bytes ---- */

/* Any bytes, read as a word. */
struct loose_word {
    size_t value;
} PACKED MAY_ALIAS;

/* This byte in each place of a word. */
static size_t word_of(unsigned char byte) { return SIZE_MAX / 255 * byte; }

/*
 * Returns where a word from `from` up to `to`, a multiple of a word, is not
 * made of this byte, or NULL. `from` may be anything, but then there must be a
 * word behind it.
 */
static const void *bytes_other(uintptr_t from, uintptr_t to,
                               unsigned char byte) {
    for (; from < to; from = align_up(from + 1, WORD)) {
        const struct loose_word *word = (const struct loose_word *)from;
        if (word->value != word_of(byte)) return word;
    }
    return NULL;
}

static void bytes_fill(uintptr_t from, uintptr_t to, unsigned char byte) {
    if (from < to) memory_set((void *)from, byte, to - from);
}

/* ---- Guards ---- */

/* The request to the heap for a block of `size` bytes. */
static size_t guard_request(size_t size) {
    return size > REQUEST_MAX - GUARD_COST ? SIZE_MAX : size + GUARD_COST;
}

static void *guard_bytes(struct guard *g) { return g + 1; }

static struct guard *guard_of(const void *bytes) {
    return (struct guard *)(uintptr_t)bytes - 1;
}

/* The payload of the heap's block. */
static void *guard_payload(struct guard *g) {
    return (void *)((uintptr_t)guard_bytes(g) - FRONT);
}

static struct guard *guard_at(void *payload) {
    return guard_of((void *)((uintptr_t)payload + FRONT));
}

/* view.h: the block of the heap. */
static struct block *guard_block(struct guard *g);

static uintptr_t guard_fence(struct guard *g) {
    return (uintptr_t)guard_bytes(g) + g->size;
}

/* Where the payload of the heap's block ends. */
static uintptr_t guard_fence_end(struct guard *g) {
    struct block *b = guard_block(g);
    return (uintptr_t)block_payload(b) + block_used_size(b) - BLOCK_COST;
}

/* Gives a guard's block, which had `old` bytes, this size. */
static void guard_close(struct guard *g, size_t old, size_t size) {
    uintptr_t bytes = (uintptr_t)guard_bytes(g);
    g->size = size;
    bytes_fill((uintptr_t)g->fence, bytes, BEFORE);
    bytes_fill(bytes + old, guard_fence(g), FRESH);
    bytes_fill(guard_fence(g), guard_fence_end(g), BEHIND);
    g->older->newer = g;
    g->newer->older = g;
}

/* The guard of a new block. Returns its bytes, or NULL if it has no payload. */
static void *guard_begin(void *payload, size_t size) {
    if (!payload) return NULL;
    struct guard *g = guard_at(payload);
    g->older = ends.older;
    g->newer = &ends;
    g->order = ++ends.order;
    guard_close(g, 0, size);
    return guard_bytes(g);
}

static void guard_end(struct guard *g) {
    g->older->newer = g->newer;
    g->newer->older = g->older;
}

/* What must hold of a live block, each as a question. */
static bool guard_has_fence_before(const struct guard *g) {
    uintptr_t fence = (uintptr_t)g->fence;
    return !bytes_other(fence, fence + FENCE_SIZE, BEFORE);
}

/* Is its size that of the block, up to the rounding? */
static bool guard_fits(struct guard *g) {
    size_t fence = guard_fence_end(g) - guard_fence(g);
    /* size: 3, one comparison */
    return hide_from_optimiser(fence - FENCE_SIZE) < BLOCK_MIN;
}

static bool guard_has_fence_behind(struct guard *g) {
    return !bytes_other(guard_fence(g), guard_fence_end(g), BEHIND);
}

static bool guard_is_listed(const struct guard *g) {
    return g->older->newer == g && g->newer->older == g;
}

#endif
