/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The invariants of heap.h as code. Each function returns the number of the
 * first one that does not hold, or 0. They change nothing.
 */
#ifndef TLSF_CHECK_H
#define TLSF_CHECK_H

#include "heap.h"

/* Is a free block in the bin of its size, and does the bin know it? (5) */
static bool check_is_linked(const struct heap *h, const struct block *b) {
    if (b->link->next != b) return false;
    if (b->next && b->next->link != b) return false;
    size_t bin = bins_index(h, b->link);
    return bin >= SLOTS || b->link == bins_floor(h, b->header);
}

static int check_block(const struct heap *h, struct block *b,
                       const struct block *free_before) {
    if (block_size(b) % TLSF_ALIGN || block_size(b) < BLOCK_MIN) return 2;
    if (((uintptr_t)b + HEAD) % TLSF_ALIGN) return 2;
    if (!(b->header & PREV_FREE) != !free_before) return 3;
    if (free_before && b->prev != free_before) return 3;
    if (!block_is_free(b)) return 0;
    if (free_before) return 4;
    return check_is_linked(h, b) ? 0 : 5;
}

/* A pool from its first block on; adds its free blocks to *count. */
static int check_pool(const struct heap *h, struct block *b, size_t *count) {
    const struct block *free_before = NULL;
    while (block_size(b)) {
        int broken = check_block(h, b, free_before);
        if (broken) return broken;
        free_before = block_is_free(b) ? b : NULL;
        *count += block_is_free(b);
        b = block_at(b, block_size(b));
    }
    if (block_is_free(b)) return 1;
    if (!(b->header & PREV_FREE) != !free_before) return 3;
    return free_before && b->prev != free_before ? 3 : 0;
}

/* A bin's list; `limit` bounds a list that runs in a circle. */
static int check_bin(const struct heap *h, size_t bin, size_t *limit) {
    const struct block *b = h->slot[bin].first, *link = NULL;
    for (; b; link = b, b = b->next) {
        if (!(*limit)--) return 7;
        const struct block *home = bins_floor(h, block_size(b));
        if (!block_is_free(b) || bins_index(h, home) != bin) return 5;
        if (link ? b->link != link : bins_index(h, b->link) != bin) return 5;
    }
    return 0;
}

/* Bits agree with bins, and the bins hold just `count` free blocks. */
static int check_bins(const struct heap *h, size_t count) {
    if (h->slot[NO_ROW].map) return 6;
    for (size_t row = 2; row < 32; row++) {
        bool has_bins = row >= TLSF_FIRST_ROW && row * SLLEN < SLOTS;
        size_t map = row < FIRST_BIN ? h->slot[row].map : 0;
        if (!(h->slot[ROOT].map >> row & 1) != !map) return 6;
        if (!has_bins && map) return 6;
        for (size_t i = 0; has_bins && i < SLLEN; i++) {
            size_t bin = row * SLLEN + i;
            if (!(map >> i & 1) != !h->slot[bin].first) return 6;
            int broken = check_bin(h, bin, &count);
            if (broken) return broken;
        }
        if ((uint64_t)map >> SLLEN) return 6;
    }
    for (size_t bin = REMAINDER; TLSF_FAST && bin <= TAIL; bin++) {
        const struct block *b = h->slot[bin].first;
        if (b && (b->next || bins_index(h, b->link) != bin)) return 5;
        if (b && !block_is_free(b)) return 5;
        if (b) count--;
    }
    if (h->slot[ROOT].map & 3 || (uint64_t)h->slot[ROOT].map >> 32) return 6;
    return count ? 7 : 0;
}

/* Every pool, then the bins. `pools`: where each pool starts. */
static int check_heap(const struct heap *h, void *const *pools, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        int broken = check_pool(h, pool_first((uintptr_t)pools[i]), &count);
        if (broken) return broken;
    }
    return check_bins(h, count);
}

#endif
