/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The functions of tlsf_heap.h, over what an inspect.h knows of the heap, row.h
   or one_pool.h of its pools, a view.h of what a program sees of a block, and
   an inside.h of other threads. */
#ifndef TLSF_EXPORTS_HEAP_H
#define TLSF_EXPORTS_HEAP_H

#include "../include/tlsf_heap.h"

enum { STATS_PAGE_LOG = 16 }; /* pages of 64 KiB are counted */

/* ---- Asking ---- */

static struct tlsf_block shown(struct block *b) {
    bool is_used = !block_is_free(b);
    return (struct tlsf_block){view_payload(b), block_size(b), view_bytes(b),
                               is_used};
}

bool tlsf_heap_walk(struct tlsf_block *at) {
    inside_enter();
    struct block *b = at->payload ? inside_next(view_block(at)) : row_first();
    if (b) *at = shown(b);
    inside_leave();
    return b;
}

static void stats_add(struct tlsf_heap_stats *stats, struct tlsf_block block) {
    size_t bytes = block.payload_size;
    if (block.used) {
        stats->used_blocks++;
        stats->used_bytes += bytes;
    } else {
        stats->free_blocks++;
        stats->free_bytes += bytes;
        if (bytes > stats->largest_free) stats->largest_free = bytes;
    }
}

/* The part of all bytes that is not in the largest block, in thousandths. */
static size_t fragmentation(size_t all, size_t largest) {
    return all ? (size_t)((uint64_t)(all - largest) * 1000 / all) : 0;
}

void tlsf_heap_stats(struct tlsf_heap_stats *out) {
    struct tlsf_heap_stats stats = {0};
    inside_enter();
    for (struct block *b = row_first(); b; b = row_next(b))
        stats_add(&stats, shown(b));
    for (struct block *b = row_first(); b; b = row_behind(row_end(b))) {
        uintptr_t from = (uintptr_t)b + BLOCK_GAP; /* its own bytes */
        stats.heap_bytes += (uintptr_t)row_end(b) + END_SIZE - from;
        stats.pools++;
    }
    stats.growths = row_growths();
    stats.pages = ((pages_limit() - 1) >> STATS_PAGE_LOG) + 1;
    inside_leave();
    stats.fragmentation = fragmentation(stats.free_bytes, stats.largest_free);
    *out = stats;
}

/* ---- Checking ---- */

static bool is_between(const struct block *a, const struct block *b,
                       const struct block *c) {
    return (uintptr_t)a < (uintptr_t)b && (uintptr_t)b < (uintptr_t)c;
}

/* Checks the headers of the pool that begins with b. */
static int check_pool(struct check *c, struct block *b, struct block *end) {
    const struct block *before = check_before_pool(b, end);
    for (; b != end; b = block_at(b, block_size(b))) {
        int broken = check_block(b, before);
        if (broken) return broken;
        if (block_size(b) > (uintptr_t)end - (uintptr_t)b) return 1;
        c->free_blocks += block_is_free(b);
        before = b;
    }
    if (!check_is_end(end) || (block_size(end) && !block_gap(end))) return 1;
    return check_before(end, before);
}

/* Checks the pools, each as a row of blocks that touch. `high` is the last end
   marker. Nothing is read but what lies between them. */
static int check_pools(struct check *c, struct block *high) {
    struct block *end = NULL;
    for (struct block *b = row_first(); b; b = row_behind(end)) {
        if (!is_between(end, b, high)) return 1;
        end = row_end(b);
        if (end != high && !is_between(b, end, high)) return 1;
        if ((uintptr_t)block_payload(end) % TLSF_ALIGN) return 1;
        int broken = check_pool(c, b, end);
        if (broken) return broken;
    }
    return end == high ? 0 : 8;
}

/* Checks the links of all free blocks. */
static int check_all_links(const struct check *c) {
    for (struct block *b = row_first(); b; b = row_next(b))
        if (block_is_free(b) && !check_is_linked(c, b)) return 5;
    return 0;
}

static int check_all(void) {
    struct block *low = row_first(), *high = check_end();
    struct check c = {heap_state(), (uintptr_t)low, (uintptr_t)high, 0};
    int broken = check_pools(&c, high);
    if (!broken) broken = check_all_links(&c);
    if (!broken) broken = check_bins(&c, c.free_blocks);
    if (!broken) broken = check_ends(&c);
    return broken ? broken : check_rest(&c);
}

int tlsf_heap_check(void) {
    inside_enter();
    int broken = check_all();
    inside_leave();
    return broken;
}

/* ---- Telling ---- */

static void reset_all(void) {
    if (!row_first()) return;
    reset_begin(heap_state());
    for (struct block *b = row_first(), *end; b; b = row_behind(end)) {
        end = row_end(b);
        reset_pool(heap_state(), b, end);
    }
}

void tlsf_heap_reset(void) {
    inside_enter();
    reset_all();
    inside_leave();
}

void tlsf_heap_limit(size_t bytes) {
    inside_enter();
    limit_set(bytes);
    inside_leave();
}

#endif
