/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family as a target: over a port that leaves gaps, fails and ends. All
 * of the heap's invariants are checked after each operation, the row of blocks
 * is compared with the shadow, and in the end each pool is one free block and
 * can be had whole.
 */
/* Errors by our own variable: pointers of 32 bits do not reach errno. */
#define HOST_OWN_ERRNO
#define HOST_POISON
#include "pages.h"

#include "renamed.h"

#include "build.h"
#include "shadow.h"

static size_t our_end, before;
static size_t base, limit; /* memory at most, in pages */

/* At the end of addresses no pages are at NULL. */
static void pages_fill(int byte, size_t pages) {
    if (pages) memset((void *)(base << PAGE_LOG), byte, pages << PAGE_LOG);
}

/* `initial` pages. The first `offset` bytes are the program's own. */
static void memory_open(size_t initial, size_t offset) {
    uintptr_t at = base << PAGE_LOG, top = (base + initial) << PAGE_LOG;
    host_open(at + offset, base + initial);
    host.limit = limit;
    host.fail = 0;
    /* Memory that was used before: nothing may rely on it being zero. */
    pages_fill(0x5a, initial);
    ASAN_POISON_MEMORY_REGION((void *)at, offset);
    ASAN_POISON_MEMORY_REGION((void *)top, (limit - host.top) << PAGE_LOG);
    check_forget();
    pool_count = our_end = 0;
}

/* Grown pages are zero the next time too. */
static void memory_close(void) {
    void *at = (void *)(base << PAGE_LOG);
    ASAN_UNPOISON_MEMORY_REGION(at, (limit - base) << PAGE_LOG);
    pages_fill(0, host.top - base);
}

static void target_begin(void) {
    before = host.top;
    host.refused = false;
    host.error = 0;
}

/* A pool begins with the first block, and where growth left a gap. */
static void pools_track(void) {
    struct block *end = check_end();
    bool grew = host.top != before;
    if (!end) return;
    if (!pool_count || (grew && before != our_end)) {
        pool_note((void *)host_pool(!pool_count, before));
    }
    if (grew || !our_end) our_end = host.top;
    REQUIRE((uintptr_t)end + END_SIZE == our_end << PAGE_LOG);
}

/* What calloc does not clear, nobody has had. */
static void fresh_check(void) {
    uintptr_t fresh = check_zero_from();
    struct block *b = pool_first((uintptr_t)pools[pool_count - 1]), *n;
    for (; block_size(b); b = n) {
        n = block_at(b, block_size(b));
        REQUIRE(block_is_free(b) || (uintptr_t)n <= fresh);
    }
}

static void heap_check(void) {
    REQUIRE(check_family(pools, pool_count) == 0);
    if (pool_count) fresh_check();
    census_take();
}

static void target_end(void) {
    pools_track();
    if (is_time()) heap_check();
}

static bool is_cleared(const unsigned char *p, size_t n) {
    while (n && !p[n - 1])
        n--;
    return !n;
}

/* posix_memalign's three promises. */
static void *posix_alloc(size_t align, size_t size) {
    bool valid = is_power(align) && align >= sizeof(void *);
    void *p = &heap;
    int failed = posix_memalign(&p, align, size);
    REQUIRE(valid ? !failed || failed == PAGES_ENOMEM : failed == PAGES_EINVAL);
    REQUIRE(failed ? p == &heap : p != NULL);
    if (!valid) return aligned_alloc(align, size);
    return failed ? NULL : p;
}

static void *target_alloc(unsigned kind, size_t align, size_t size) {
    if (kind < 3) return malloc(size);
    if (kind == 3) return realloc(NULL, size);
    if (kind == 5) return aligned_alloc(align, size);
    if (kind == 6) return memalign(align, size);
    if (kind == 7) return posix_alloc(align, size);
    size_t each = is_power(align) ? align : 1, count = size / each;
    if (size % each) each = 1, count = size;
    unsigned char *p = calloc(count, each);
    if (p) REQUIRE(is_cleared(p, size));
    return p;
}

static void *target_realloc(void *p, size_t size) { return realloc(p, size); }
static void target_free(void *p) { free(p); }
static size_t target_usable(void *p) { return malloc_usable_size(p); }

/* Nothing grew; nothing that fits was free, and growth failed or would have
   gone beyond the limit. */
static void target_refused(size_t bytes) {
    REQUIRE(host.top == before && host.error == PAGES_ENOMEM);
    if (!is_time() || bytes > arena_bytes) return;
    REQUIRE(is_refused_rightly(bytes));
    size_t size = bytes + 2 * TLSF_ALIGN + 2 * BLOCK_MIN;
    REQUIRE(host.refused || size > (host.limit - host.top) << PAGE_LOG);
}

static void target_event(unsigned kind) {
    target_begin();
    if (kind % 4 == 0) host.fail = kind / 4 % 8;
    if (kind % 4 == 1) free(NULL);
    if (kind % 4 > 1) host_foreign(kind / 4 % 4);
    /* What memory there is at the first call is the heap's. */
    if (!check_end()) {
        ASAN_UNPOISON_MEMORY_REGION((void *)(before << PAGE_LOG),
                                    (host.top - before) << PAGE_LOG);
    }
}

/* The first whole one of the arena. */
static size_t first_page(void) {
    return align_up(arena, (size_t)1 << PAGE_LOG) >> PAGE_LOG;
}

void target_run(uint64_t data, uint64_t n) {
    input.at = (const unsigned char *)(uintptr_t)data;
    input.end = input.at + n;
    size_t first = first_page();
    size_t pages = (arena_bytes - ((first << PAGE_LOG) - arena)) >> PAGE_LOG;
    size_t initial = next() % 4, most = initial + next();
    if (most > pages) most = pages;
    base = next() % 2 ? first : first + pages - most;
    limit = base + most;
    size_t offset = (next() * 16 + next()) % (1 << PAGE_LOG);
    next(); /* the corpus has it */
    memory_open(initial, initial ? offset : 0);
    while (input.at < input.end)
        sequence_step();
    sequence_end(next());
    host.limit = host.top;
    pools_require_whole();
    pools_have();
    pools_require_whole();
    memory_close();
}

/* More than there is: NULL, and nothing changes. */
static void impossible(void *p, void *q, size_t size) {
    target_begin();
    REQUIRE(!malloc(size) && !realloc(p, size) && !realloc(q, size));
    REQUIRE(!calloc(1, size) && !calloc(size, 1) && !calloc(size, size));
    for (size_t align = 1; align; align <<= 1)
        REQUIRE(!aligned_alloc(align, size) && host.error == PAGES_ENOMEM);
    REQUIRE(host.top == before);
    heap_check();
    step++;
}

static void impossible_requests(void) {
    const size_t pages = 3;
    base = first_page();
    limit = base + pages;
    memory_open(1, 100);
    target_begin();
    live_alloc(&live[0], 0, 1, 10);
    live_alloc(&live[1], 0, 1, 1);
    for (size_t i = 0; i < 4000; i++) {
        size_t size = i < 3000 ? SIZE_MAX - i : SIZE_MAX >> (i % 30);
        if (size >= pages << PAGE_LOG) impossible(live[0].p, live[1].p, size);
    }
    sequence_end(0);
    memory_close();
}

void target_fixed(void) { impossible_requests(); }
