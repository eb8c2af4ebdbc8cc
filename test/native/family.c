/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family on the host, over a port that leaves gaps and ends: random
 * operations against a shadow, invariants checked after each step.
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "native.h"

/* The host has a malloc of its own, which the sanitizers need. */
#include "renamed.h"
#include "malloc.c"

#include "check.h"

enum { PAGES = 512, POOLS = 256 };

size_t host_top, host_limit;
uintptr_t host_start;
static void *pools[POOLS];
static size_t pool_count, our_end;

static void restart(size_t initial, size_t limit) {
    static uintptr_t reserved;
    if (!reserved) {
        void *at = mmap(NULL, (PAGES + 1) << PAGE_LOG, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        REQUIRE(at != MAP_FAILED);
        reserved = align_up((uintptr_t)at, (size_t)1 << PAGE_LOG);
    }
    memset(&heap, 0, sizeof heap);
    memset(live, 0, sizeof live);
    /* Memory that was used before: nothing may rely on it being zero. */
    memset((void *)reserved, 0x5a, initial << PAGE_LOG);
    host_start = reserved + (initial ? 100 : 0);
    host_top = (reserved >> PAGE_LOG) + initial;
    host_limit = (reserved >> PAGE_LOG) + limit;
    pool_count = 0;
    our_end = 0;
}

static void track(size_t before) {
    struct block *end = heap.slot[END].first;
    if (!end) return;
    bool grew = host_top != before;
    if (!pool_count || (grew && before != our_end)) {
        uintptr_t at = pool_count ? before << PAGE_LOG : pages_start();
        REQUIRE(pool_count < POOLS);
        pools[pool_count++] = (void *)at;
    }
    our_end = ((uintptr_t)end + HEAD) >> PAGE_LOG;
}

static void check(size_t before) {
    track(before);
    int broken = check_heap(&heap, pools, pool_count);
    if (broken) fprintf(stderr, "invariant %d of heap.h\n", broken);
    REQUIRE(!broken);
    step++;
}

static void replace(struct live *l, void *p, size_t size, size_t align) {
    REQUIRE((uintptr_t)p % align == 0);
    REQUIRE(!p || malloc_usable_size(p) >= size);
    if (!p) REQUIRE(errno == ENOMEM);
    live_fill(l, p, p ? size : 0);
}

static void random_step(unsigned bits) {
    struct live *l = &live[below(SLOTS_LIVE)];
    size_t size = log_size(bits), align = sizeof(void *) << below(12);
    live_verify(l, l->size);
    errno = 0;
    if (l->p && below(2)) {
        size_t kept = l->size < size ? l->size : size;
        unsigned char *q = realloc(l->p, size);
        if (!q) return;
        REQUIRE(size > l->size || q == l->p);
        l->p = q;
        live_verify(l, kept);
        replace(l, q, size, TLSF_ALIGN);
    } else if (l->p) {
        free(l->p);
        live_fill(l, NULL, 0);
    } else if (below(3)) {
        replace(l, malloc(size), size, TLSF_ALIGN);
    } else if (below(2)) {
        unsigned char *p = calloc(size / 8 + 1, 8);
        for (size_t i = 0; p && i < size; i++)
            REQUIRE(p[i] == 0);
        replace(l, p, size, TLSF_ALIGN);
    } else {
        void *p = NULL;
        int failed = posix_memalign(&p, align, size);
        REQUIRE(!failed == !!p);
        replace(l, p, size, align);
    }
}

static void random_operations(uint64_t seed) {
    random_state = seed * 0x9e3779b97f4a7c15ull + 1;
    restart(below(4), 4 + below(PAGES - 4));
    unsigned bits = seed % 2 ? 10 : 18;
    for (int i = 0; i < 2000; i++) {
        if (below(30) == 0 && seed % 3) pages_grow(below(3));
        size_t before = host_top;
        random_step(bits);
        check(before);
    }
    for (int i = 0; i < SLOTS_LIVE; i++) {
        free(live[i].p);
        check(host_top);
    }
    bool open = our_end == host_top;
    if (pool_count != 1 || !(TLSF_LOOK || open)) return;
    uintptr_t end = (uintptr_t)heap.slot[END].first + HEAD;
    struct block *first = pool_first((uintptr_t)pools[0]);
    void *p = malloc(end - (uintptr_t)first - HEAD - WORD);
    REQUIRE(p == block_payload(first));
}

static void impossible_requests(void) {
    restart(1, 20);
    void *p = malloc(10), *q = malloc(1);
    check(host_top);
    size_t top = host_top;
    for (size_t i = 0; i < 4000; i++) {
        size_t size = i < 3000 ? SIZE_MAX - i : SIZE_MAX >> (i % 30);
        if (size < (size_t)20 << PAGE_LOG) continue;
        REQUIRE(!malloc(size) && !realloc(p, size) && !realloc(q, size));
        REQUIRE(!calloc(1, size) && !calloc(size, 1) && !calloc(size, size));
        for (size_t align = 1; align; align <<= 1) {
            REQUIRE(!aligned_alloc(align, size) && errno == ENOMEM);
        }
        check(host_top);
        REQUIRE(host_top == top);
    }
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 100;
    impossible_requests();
    for (int seed = 1; seed <= rounds; seed++)
        random_operations((uint64_t)seed);
    printf("%llu steps\n", step);
}
