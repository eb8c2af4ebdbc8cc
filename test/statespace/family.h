/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family for the exploration: `size` small pages of memory at first,
 * `more` that can be grown, by us or by somebody else.
 */
#include "renamed.h"

#include "build.h"

enum { WAYS = 2 }; /* of memory: it grows, or it does not */

static size_t top_before, page_limit;

static struct heap *const subject_heap = &heap;

static size_t subject_start(size_t size, size_t more, struct part *part) {
    uintptr_t base = (uintptr_t)memory + ((size_t)1 << PAGE_LOG);
    host_open(base + (size ? 1 : 0), (base >> PAGE_LOG) + size);
    top_before = host.top;
    page_limit = host.top + more;
    uintptr_t top = host.top << PAGE_LOG;
    /* As in wasm: a build's calloc may count on it. */
    memset((void *)top, 0, more << PAGE_LOG);
    memory_starts(page_limit << PAGE_LOG);
    part[0] = (struct part){&heap, sizeof heap};
    part[1] = (struct part){&host.top, sizeof host.top};
    return 2;
}

static void subject_way(unsigned way) {
    top_before = host.top;
    host.limit = way ? host.top : page_limit;
}

static bool subject_has_links(const struct block *b) {
    return check_has_links(b);
}

/* Where our memory ends now, and whether a pool began. */
static void subject_grew(void) {
    check_forget_idle();
    struct block *end = check_end();
    uintptr_t before = top_before << PAGE_LOG;
    asked = gave = host.top != top_before;
    if (!end) return;
    if (!span_count || (gave && span[span_count - 1].end != before)) {
        REQUIRE(span_count < SPANS);
        span[span_count].start = host_pool(!span_count, top_before);
        span_count++;
    }
    span[span_count - 1].end = (uintptr_t)end + END_SIZE;
}

static uintptr_t subject_fresh(void) { return check_zero_from(); }

static void *subject_malloc(size_t n) { return malloc(n); }
static void *subject_calloc(size_t n) { return calloc(1, n); }
static void subject_free(void *p) { free(p); }
static void *subject_realloc(void *p, size_t n) { return realloc(p, n); }
static void *subject_aligned(size_t align, size_t n) {
    return aligned_alloc(align, n);
}

enum { HAS_CALLOC = 1, OWNERS = 1 };

/* Somebody else grows memory, as often as there may be pools behind. */
static void subject_own(unsigned what) {
    (void)what;
    if (span_count < SPANS) pages_grow(1);
    top_before = host.top;
}
