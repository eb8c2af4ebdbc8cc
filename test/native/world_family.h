/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A small world of the C family: `size` small pages of memory at first, `more`
 * that can be grown, by us or by somebody else.
 */
#include "renamed.h"

#include "malloc.c"

#include "check.h"

enum { WAYS = 2 }; /* of memory: it grows, or it does not */

size_t host_top, host_limit;
uintptr_t host_start;
static size_t top_before, page_limit;

static struct heap *const world_heap = &heap;

static size_t world_start(size_t size, size_t more, struct part *part) {
    uintptr_t base = (uintptr_t)memory + ((size_t)1 << PAGE_LOG);
    host_start = base + (size ? 1 : 0);
    host_top = top_before = (base >> PAGE_LOG) + size;
    page_limit = host_top + more;
    uintptr_t top = host_top << PAGE_LOG;
    /* As in wasm, and the fast build's calloc counts on it. */
    if (TLSF_FAST) memset((void *)top, 0, more << PAGE_LOG);
    memory_starts(page_limit << PAGE_LOG);
    part[0] = (struct part){&heap, sizeof heap};
    part[1] = (struct part){&quick, sizeof quick};
    part[2] = (struct part){&host_top, sizeof host_top};
    return 3;
}

static void world_way(unsigned way) {
    top_before = host_top;
    host_limit = way ? host_top : page_limit;
}

/* Where our memory ends now, and whether a pool began. */
static void world_grew(void) {
    struct block *end = heap.slot[END].first;
    uintptr_t before = top_before << PAGE_LOG;
    asked = gave = host_top != top_before;
    if (!end) return;
    if (!span_count) {
        span[span_count++].start = pages_start();
    } else if (gave && span[span_count - 1].end != before) {
        REQUIRE(span_count < SPANS);
        span[span_count++].start = before;
    }
    span[span_count - 1].end = (uintptr_t)end + END_SIZE;
}

static bool world_holds(const struct block *b) {
    if (!TLSF_FAST || block_size(b) >= QUICK_MAX) return false;
    size_t n = block_size(b) / TLSF_ALIGN;
    for (size_t i = 0; i < quick.stack[n].count; i++)
        if (quick.stack[n].held[i] == b) return true;
    return false;
}

/* How many blocks the stacks hold; what lies above their tops is forgotten. */
static size_t world_held(void) {
    size_t held = 0;
    for (size_t n = 0; n < QUICK_SIZES; n++) {
        size_t count = quick.stack[n].count;
        REQUIRE(count <= QUICK_DEPTH && (n || !count));
        for (size_t i = count; i < QUICK_DEPTH; i++)
            quick.stack[n].held[i] = NULL;
        held += count;
    }
    return held;
}

static void world_flush(void) { quick_flush(&quick, &heap); }
static uintptr_t world_fresh(void) {
    return TLSF_FAST ? heap.slot[FRESH].map : UINTPTR_MAX;
}

static void *world_malloc(size_t n) { return malloc(n); }
static void *world_calloc(size_t n) { return calloc(1, n); }
static void world_free(void *p) { free(p); }
static void *world_realloc(void *p, size_t n) { return realloc(p, n); }
static void *world_aligned(size_t align, size_t n) {
    return aligned_alloc(align, n);
}

enum { HAS_CALLOC = 1, OWNERS = 1 };

/* Somebody else grows memory, as often as there may be pools behind. */
static void world_own(unsigned what) {
    (void)what;
    if (span_count < SPANS) pages_grow(1);
    top_before = host_top;
}
