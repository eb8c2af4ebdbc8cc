/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How memory grows, exhaustively: a build over a memory that only counts its
 * pages. All 65536 are there from the start, so that the top of the
 * heap can be put anywhere, up to the end at 2^32. Compiled for wasm.
 */
#define HOST_OWN_ERRNO
#include "pages.h"

#include "build.h"

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

/* The granule of sizes, and the smallest one. */
size_t granule(void) { return TLSF_ALIGN; }
size_t least_size(void) { return BLOCK_MIN; }

/* The pages that memory has, at least, if a free block of `size` bytes is at
   b: behind it is an end marker. */
static size_t pages_for(uint64_t b, size_t size) {
    return (size_t)((b + size + END_SIZE + 0xffff) >> PAGE_LOG);
}

/* An empty heap: `pages` pages. All from `from` on is ours. */
static void set_up(uintptr_t from, size_t pages) {
    /* No memset: there is no libc. */
    volatile unsigned char *state = (volatile unsigned char *)heap_state();
    for (size_t i = 0; i < sizeof heap; i++)
        state[i] = 0;
    host_open(from, pages);
    host.limit = PAGE_MAX;
    pools[0] = (void *)from;
    pool_count = 1;
}

/* All before `tail` is used, all behind it free. */
static void set_tail(uintptr_t tail) {
    size_t pages = host.top;
    struct block *b = pool_first(host.start);
    if ((uintptr_t)b == tail) return;
    void *p = family_malloc(tail - (uintptr_t)b - BLOCK_COST);
    REQUIRE(p == block_payload(b) && host.top == pages);
}

/* A free block of `size` bytes is wanted, where the tail is at b. */
static void grow(uint64_t b, size_t size) {
    size_t before = host.top, need = pages_for(b, size);
    /* Growth is in proportion to what is before b, or before its header. */
    uint64_t from = b + TAG_SIZE - host.start;
    size_t slack = (size_t)(from >> (PAGE_LOG + SLACK_LOG));
    if (need <= before || slack > PAGE_MAX - need) slack = 0;
    if (need < before) need = before;
    struct block *end = check_end();
    void *p = family_malloc(size - BLOCK_COST);
    struct block *got = p ? block_of(p) : NULL;
    tail_now = (size_t)b;
    size_now = size;
    cases++;
    if (need > PAGE_MAX) {
        REQUIRE(!got && host.top == before && check_end() == end);
        return;
    }
    REQUIRE(got == (struct block *)(uintptr_t)b && block_size(got) >= size);
    REQUIRE(host.top == need + slack);
    end = check_end();
    REQUIRE((uintptr_t)end + END_SIZE ==
            (uintptr_t)((uint64_t)host.top << PAGE_LOG));
    REQUIRE(!check_family(pools, pool_count));
}

/* The size that just reaches the end of a page, and `off` granules more. */
static size_t size_to(uint64_t b, uint64_t page, int off) {
    uint64_t size = (page << PAGE_LOG) - END_SIZE - b;
    return (size_t)size + (size_t)(off * TLSF_ALIGN);
}

enum { FROM = 3 << PAGE_LOG, ROUND = 3 };

/* Is there room for a block, or for none, between a and b? */
static bool is_apart(uint64_t a, uint64_t b) {
    return a == b || b - a >= BLOCK_MIN;
}

/* Every tail in the last of `pages` pages, its end included; sizes around the
   ends of that page and those behind it, or all of two pages. */
unsigned sweep_tails(size_t pages, size_t all) {
    uint64_t b = ((uint64_t)(pages - 1) << PAGE_LOG) + (uintptr_t)pool_first(0);
    uint64_t end = ((uint64_t)pages << PAGE_LOG) - END_SIZE;
    const uintptr_t first = (uintptr_t)pool_first(FROM);
    for (cases = 0; b <= end; b += TLSF_ALIGN) {
        if (!is_apart(first, b) || !is_apart(b, end)) continue;
        for (size_t size = BLOCK_MIN; all && size <= 2 << PAGE_LOG;
             size += TLSF_ALIGN) {
            set_up(FROM, pages);
            set_tail((uintptr_t)b);
            grow(b, size);
        }
        for (size_t page = pages; !all && page < pages + 3; page++) {
            for (int off = -ROUND; off <= ROUND; off++) {
                size_t size = size_to(b, page, off);
                if (size < BLOCK_MIN || size > REQUEST_MAX) continue;
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
    uint64_t b = ((uint64_t)pages << PAGE_LOG) + (uintptr_t)pool_first(0);
    cases = 0;
    for (size_t size = BLOCK_MIN; size <= 3 << PAGE_LOG; size += TLSF_ALIGN) {
        set_up(FROM, (FROM >> PAGE_LOG) + 1);
        /* Nothing there is free that could serve. */
        set_tail(FROM + (1 << PAGE_LOG) - END_SIZE);
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
