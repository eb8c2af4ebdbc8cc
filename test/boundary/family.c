/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Boundary cases of the C family, in the build that the compiler's flags
 * choose; and a short random run against the shadow model. It is quick:
 * coverage and mutation run it often.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>

#include "cases.h"
#include "live.h"
#include "pages.h"
#include "random.h"

enum { PAGE = 1 << PAGE_LOG, PAGES = 600 };

#include "renamed.h"
#include "build.h"

enum { POOLS = 64 };

static uintptr_t base; /* of the arena, aligned to a page */
static void *pools[POOLS];
static size_t pool_count, end_page;

/* Memory of `initial` pages of 0x5a. Its first `skip` bytes are not
   ours; it may grow to `limit` pages, behind which nothing can be read. */
static void start(size_t initial, size_t skip, size_t limit) {
    if (!base) {
        void *at =
            mmap(NULL, (PAGES + 1) * (size_t)PAGE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        REQUIRE(at != MAP_FAILED);
        base = align_up((uintptr_t)at, PAGE);
    }
    size_t all = PAGES * (size_t)PAGE, ours = limit << PAGE_LOG;
    REQUIRE(!madvise((void *)base, all, MADV_DONTNEED));
    REQUIRE(!mprotect((void *)base, ours, PROT_READ | PROT_WRITE));
    REQUIRE(!mprotect((void *)(base + ours), all - ours, PROT_NONE));
    memset((void *)base, 0x5a, initial << PAGE_LOG);
    check_forget();
    memset(live, 0, sizeof live);
    memset(&host, 0, sizeof host);
    host_open(base + skip, (base >> PAGE_LOG) + initial);
    host.limit = (base >> PAGE_LOG) + limit;
    pool_count = end_page = 0;
}

static size_t pages(void) { return host.top - (base >> PAGE_LOG); }

/* After an operation that began with `before` pages. */
static void check(size_t before) {
    const struct block *end = check_end();
    if (!end) return;
    if (!pool_count || (pages() != before && before != end_page)) {
        REQUIRE(pool_count < POOLS);
        size_t top = (base >> PAGE_LOG) + before;
        pools[pool_count] = (void *)host_pool(!pool_count, top);
        pool_count++;
    }
    end_page = ((uintptr_t)end + END_SIZE - base) >> PAGE_LOG;
    REQUIRE(check_family(pools, pool_count) == 0);
}

/* Where the first block's payload lies. */
static char *first(void) { return block_payload(pool_first(host.start)); }

/* What a block holds whose payload is here, up to the end of memory. */
static size_t room_at(char *payload) {
    uintptr_t end = (host.top << PAGE_LOG) - END_SIZE;
    return end - (uintptr_t)block_of(payload) - BLOCK_COST;
}

/* The pages up to a payload of no bytes at `offset`, which the end marker
   would be. */
static size_t pages_to(size_t offset) { return (offset + PAGE - 1) / PAGE; }

/* Bytes of a block that holds this. */
static size_t whole(size_t request) {
    size_t size =
        (request + BLOCK_COST + TLSF_ALIGN - 1) / TLSF_ALIGN * TLSF_ALIGN;
    return size < BLOCK_MIN ? BLOCK_MIN : size;
}

/* Has p what it must have, and no more than can't be a block? */
static bool fits(void *p, size_t request) {
    size_t more = malloc_usable_size(p) + BLOCK_COST - whole(request);
    return more < (BLOCK_MIN > TLSF_ALIGN ? BLOCK_MIN : 1);
}

/* Are just these bytes a free block? None at all is one too. */
static bool is_free(char *payload, size_t size) {
    const struct block *b = block_of(payload);
    return size < BLOCK_MIN || (block_is_free(b) && block_free_size(b) == size);
}

CASE(sizes_of_blocks) {
    start(1, 0, 100);
    for (size_t request = 0; request < 300; request++) {
        REQUIRE(block_size_for(request) == whole(request));
        void *p = malloc(request);
        size_t usable = malloc_usable_size(p);
        REQUIRE(usable == whole(request) - BLOCK_COST);
        memset(p, 1, usable);
        check(pages());
    }
    REQUIRE(malloc_usable_size(NULL) == 0);
    free(NULL);
    check(pages());
}

#include "growth.h"

#include "calloc.h"

#include "alignment.h"

#include "realloc.h"

/* 256 KiB that can't grow. */
static void passed_start(void) {
    size_t all = ((size_t)1 << 18) >> PAGE_LOG;
    start(all, 0, all);
}
static void *take(size_t size) { return malloc(size); }
static void give(void *p) { free(p); }

#include "passed.h"

#include CORE_FILE(bins)

/* What a build tells its tests. */
CASE(questions_to_a_build) {
    start(1, 0, 1);
    char *p = malloc(100), *q = malloc(0);
    REQUIRE(p && check_end() == block_of((char *)base + PAGE));
    REQUIRE(check_zero_from() > (uintptr_t)q);
    check(1);
}

static void random_step(unsigned bits) {
    struct live *l = &live[below(LIVE)];
    size_t size = log_size(bits), align = (size_t)1 << below(12);
    live_verify(l, l->size);
    if (l->p && below(2)) {
        char *q = realloc(l->p, size);
        if (!q) return;
        l->p = (unsigned char *)q;
        live_verify(l, l->size < size ? l->size : size);
        live_set(l, q, size);
    } else if (l->p) {
        free(l->p);
        live_set(l, NULL, 0);
    } else if (below(3)) {
        live_set(l, malloc(size), size);
    } else if (below(2)) {
        unsigned char *p = calloc(size, 1);
        for (size_t i = 0; p && i < size; i++)
            REQUIRE(p[i] == 0);
        live_set(l, p, size);
    } else {
        live_set(l, aligned_alloc(align, size), size);
        REQUIRE((uintptr_t)l->p % align == 0);
    }
    REQUIRE(!l->p || malloc_usable_size(l->p) >= l->size);
    REQUIRE((uintptr_t)l->p % TLSF_ALIGN == 0);
}

/* Then everything is freed and one block again. */
static void random_end(void) {
    for (size_t i = 0; i < LIVE; i++) {
        live_verify(&live[i], live[i].size);
        free(live[i].p);
        check(pages());
    }
    for (size_t i = 0; i < pool_count; i++) {
        struct block *b = pool_first((uintptr_t)pools[i]);
        if (!block_size(b)) continue;
        REQUIRE(block_is_free(b) && !block_size(block_at(b, block_size(b))));
    }
}

static void random_operations(uint32_t seed) {
    random_seed(seed);
    start(below(3), 0, 5 + below(50));
    for (int i = 0; i < 700; i++) {
        if (seed % 3 == 0 && below(40) == 0) pages_grow(below(3));
        host.fail = seed % 4 ? 0 : below(3);
        size_t before = pages();
        random_step(seed % 2 ? 9 : 15);
        check(before);
    }
    random_end();
}

CASE(random_operations_with_seeds) {
    for (uint32_t seed = 1; seed <= 24; seed++)
        random_operations(seed);
}

int main(void) { cases_run(); }
