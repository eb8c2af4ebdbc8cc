/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How far the heap trusts what it reads in memory: wholly. A block's `prev` is
 * the address of the block before. (hard/trust.h is the other answer.)
 */
#ifndef TLSF_TRUST_H
#define TLSF_TRUST_H

#include "heap.h"

static struct block *block_prev(const struct block *b) { return b->prev; }

static void block_set_prev(struct block *b, struct block *prev) {
    b->prev = prev;
}

static struct block *block_before(const struct block *b) {
    return block_prev(b);
}

static size_t heap_between(const struct block *b, const struct block *n) {
    return (uintptr_t)n - (uintptr_t)b;
}

#endif
