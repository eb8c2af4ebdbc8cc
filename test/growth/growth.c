/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How memory grows, exhaustively: a build over a memory that only counts its
 * pages. All 65536 are there from the start, so that the top of the
 * heap can be put anywhere, up to the end at 2^32. Compiled for wasm.
 */
#define HOST_OWN_ERRNO
#include "pages.h"

#include TLSF_BUILD

#include TLSF_CHECK

#define REQUIRE_ELSEWHERE
#include "require.h"

static void require_fail(const char *file, unsigned line, const char *text) {
    (void)file, (void)line, (void)text;
    __builtin_trap();
}

enum { PAGE_MAX = 65536 };

static void *pools[2];
static size_t pool_count, tail_now, size_now;
static unsigned cases;

/* What was looked at when a requirement failed. */
size_t failed_tail(void) { return tail_now; }
size_t failed_size(void) { return size_now; }

/* The pages that memory has, at least, if a free block of `size` bytes is at
   b: behind it is an end marker. */
static size_t pages_for(uint64_t b, size_t size) {
    return (size_t)((b + size + END_SIZE + 0xffff) >> PAGE_LOG);
}

/* An empty heap: `pages` pages. All from `from` on is ours. */
static void set_up(uintptr_t from, size_t pages) {
    for (size_t i = 0; i < sizeof heap / sizeof *heap.slot; i++)
        heap.slot[i].map = 0; /* no memset: there is no libc */
    host_open(from, pages);
    host.limit = PAGE_MAX;
    pools[0] = (void *)from;
    pool_count = 1;
}

/* All before `tail` is used, all behind it free. */
static void set_tail(uintptr_t tail) {
    size_t pages = host.top;
    struct block *b = heap_more(&heap, TLSF_ALIGN);
    REQUIRE(b == pool_first(host.start) && host.top == pages);
    heap_trim(&heap, b, heap_unlink(&heap, b), tail - (uintptr_t)b, 0);
}

/* A free block of `size` bytes is wanted, where the tail is at b. */
static void grow(uint64_t b, size_t size) {
    size_t before = host.top, need = pages_for(b, size);
    size_t slack = (size_t)((b + WORD - host.start) >> (PAGE_LOG + SLACK_LOG));
    if (need <= before || slack > PAGE_MAX - need) slack = 0;
    if (need < before) need = before;
    struct block *end = heap.slot[END].first;
    struct block *got = heap_more(&heap, size);
    tail_now = (size_t)b;
    size_now = size;
    cases++;
    if (need > PAGE_MAX) {
        REQUIRE(!got && host.top == before && heap.slot[END].first == end);
        return;
    }
    REQUIRE(got == (struct block *)(uintptr_t)b && got->header >= size);
    REQUIRE(host.top == need + slack);
    end = heap.slot[END].first;
    REQUIRE((uintptr_t)end + END_SIZE ==
            (uintptr_t)((uint64_t)host.top << PAGE_LOG));
    REQUIRE(block_at(got, got->header) == end);
    REQUIRE(end->header == (USED | PREV_FREE));
    REQUIRE(!check_heap(&heap, pools, pool_count));
}

/* The size that just reaches the end of a page, and `off` granules more. */
static size_t size_to(uint64_t b, uint64_t page, int off) {
    uint64_t size = (page << PAGE_LOG) - END_SIZE - b;
    return (size_t)size + (size_t)(off * TLSF_ALIGN);
}

enum { FROM = 3 << PAGE_LOG, ROUND = 3 };

/* Every tail in the last of `pages` pages, its end included; sizes around the
   ends of that page and those behind it, or all of two pages. */
unsigned sweep_tails(size_t pages, bool all) {
    uint64_t b = ((uint64_t)(pages - 1) << PAGE_LOG) + TLSF_ALIGN - HEAD;
    uint64_t end = ((uint64_t)pages << PAGE_LOG) - END_SIZE;
    for (cases = 0; b <= end; b += TLSF_ALIGN) {
        for (size_t size = TLSF_ALIGN; all && size <= 2 << PAGE_LOG;
             size += TLSF_ALIGN) {
            set_up(FROM, pages);
            set_tail((uintptr_t)b);
            grow(b, size);
        }
        for (size_t page = pages; !all && page < pages + 3; page++) {
            for (int off = -ROUND; off <= ROUND; off++) {
                size_t size = size_to(b, page, off);
                if (size < TLSF_ALIGN || size > REQUEST_MAX) continue;
                set_up(FROM, pages);
                set_tail((uintptr_t)b);
                grow(b, size);
            }
        }
    }
    return cases;
}

/* The first growth: every `apart`-th start in a page, that of the next one
 * included. */
unsigned sweep_starts(size_t apart) {
    cases = 0;
    for (uintptr_t from = FROM; from <= FROM + (1 << PAGE_LOG); from += apart) {
        uintptr_t b = (uintptr_t)pool_first(from);
        for (int off = -ROUND; off <= ROUND; off++) {
            size_t size = size_to(b, (FROM >> PAGE_LOG) + 2, off);
            set_up(from, (FROM >> PAGE_LOG) + 1);
            grow(b, size);
        }
    }
    return cases;
}

/* Somebody else has grown memory to `pages` pages. */
unsigned sweep_foreign(size_t pages) {
    uint64_t b = ((uint64_t)pages << PAGE_LOG) + TLSF_ALIGN - HEAD;
    cases = 0;
    for (size_t size = TLSF_ALIGN; size <= 3 << PAGE_LOG; size += TLSF_ALIGN) {
        set_up(FROM, (FROM >> PAGE_LOG) + 1);
        set_tail(FROM + TLSF_ALIGN - HEAD + 1024);
        host.top = pages;
        host.limit = PAGE_MAX;
        pools[pool_count++] = (void *)(pages << PAGE_LOG);
        grow(b, size);
        /* The same before the first growth: what was ours is not used. */
        set_up(FROM, (FROM >> PAGE_LOG) + 1);
        host.top = pages;
        pools[0] = (void *)(pages << PAGE_LOG);
        grow(b, size);
    }
    return cases;
}
