/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How far the heap trusts what it reads in memory: not at all. Each header has
 * two others that agree with it, before it and behind, and each link one; they
 * are compared before anything follows from them. (flat/trust.h is the other
 * answer.)
 *
 *   [ back | size | payload ... ][ back | size | payload ... ][ back | ...
 *   `---------------------------'`--------- b ---------------'
 *
 * A block's `prev` is not an address, which a program could read in memory that
 * it is given, but a distance: negative, and with a key that makes it odd, so
 * that zeros and arrays of small numbers do not look like headers. (The key is
 * negative, too: a pool's first block has nothing before it, and its `prev` is
 * the key alone.) Links are cleared when a block leaves its list.
 */
#ifndef TLSF_TRUST_H
#define TLSF_TRUST_H

#include "../flat/heap.h"

/* size: between -64 and 63, one byte in the code */
#define BACK_KEY ((size_t)-57)

_Static_assert(BACK_KEY % TLSF_ALIGN != 0, "no distance is the key");

/* A build's family defines: comes back only if it holds. */
static void heap_require(bool holds, const struct block *b);

static size_t block_distance(const struct block *from, const struct block *to) {
    return (uintptr_t)to - (uintptr_t)from;
}

/* The distance to the block before, or 0 in a pool's first block. */
static size_t block_back(const struct block *b) {
    return BACK_KEY - (size_t)b->prev;
}

static struct block *block_prev(const struct block *b) {
    return (struct block *)((uintptr_t)b - block_back(b));
}

static void block_set_prev(struct block *b, struct block *prev) {
    b->prev = (struct block *)(BACK_KEY - block_distance(prev, b));
}

static struct block *block_before(const struct block *b) {
    struct block *before = block_prev(b);
    size_t back = block_back(b);
    heap_require(!back || block_size(before) == back, b);
    return before;
}

/* The block behind the `size` bytes at b must know that they are a block. */
static void block_require(struct block *b, size_t size) {
    heap_require(block_back(block_at(b, size)) == size, b);
}

static void links_clear(struct block *b) {
    memory_set((void *)&b->next, 0, 2 * WORD);
}

static size_t heap_between(const struct block *b, const struct block *n) {
    heap_require((uintptr_t)b <= (uintptr_t)n, NULL);
    return block_distance(b, n);
}

#endif
