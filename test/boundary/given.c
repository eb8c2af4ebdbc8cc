/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Boundary cases of heaps over ranges, natively: what lies outside of a range
 * is compared after each case. test/given has random operations, on the
 * modules.
 */
/* It takes the place of test/support/pages.h. */
#include "given/pages.h"

#include TLSF_BUILD

#include TLSF_CHECK

#include "cases.h"
#include "random.h"

enum { ARENA = 1 << 16, NOBODYS = 0xa5, PLACE = 4096 };

static _Alignas(4096) unsigned char arena[ARENA];
static unsigned char untouched[ARENA];

static const uintptr_t impossible[] = {SIZE_MAX,         SIZE_MAX - 7,
                                       SIZE_MAX - 63,    SIZE_MAX / 2,
                                       SIZE_MAX / 2 + 1, ARENA};
enum { IMPOSSIBLE = sizeof impossible / sizeof impossible[0] };

static void start(void) {
    memset(arena, NOBODYS, sizeof arena);
    host_end = (uintptr_t)arena + ARENA;
}

static uintptr_t at(size_t offset) { return (uintptr_t)arena + offset; }

/* Nothing was written but from one offset to another. */
static void expect_outside(size_t from, size_t to) {
    REQUIRE(memcmp(arena, untouched, from) == 0);
    REQUIRE(memcmp(arena + to, untouched + to, ARENA - to) == 0);
}

static struct range *made(size_t offset, size_t size) {
    struct range *r = range_create(at(offset), size);
    REQUIRE(r && check_range(r) == 0);
    return r;
}

/* A heap in the middle of the arena, with a neighbour on each side. */
static struct range *fresh(size_t size) {
    start();
    return made(PLACE, size);
}

static struct range_stats stats_of(struct range *r) {
    struct range_stats stats;
    range_stats(r, &stats);
    return stats;
}

static void *had(struct range *r, void *p) {
    REQUIRE(p && (uintptr_t)p % TLSF_ALIGN == 0 && check_range(r) == 0);
    memset(p, 1, range_usable_size(r, p));
    REQUIRE(check_range(r) == 0);
    return p;
}

static void freed(struct range *r, void *p) {
    range_free(r, p);
    REQUIRE(check_range(r) == 0);
}

/* All is free, and one block, which can be had. */
static void expect_whole(struct range *r) {
    struct range_stats stats = stats_of(r);
    size_t all = range_bytes(r);
    REQUIRE(stats.counts.used_blocks == 0 && stats.used_bytes == 0);
    REQUIRE(stats.counts.free_bytes == all);
    REQUIRE(stats.largest_free == all - BLOCK_COST);
    void *p = had(r, range_malloc(r, stats.largest_free));
    REQUIRE(p == block_payload(range_first(r)));
    freed(r, p);
}

CASE(a_range_of_every_size_and_offset) {
    for (size_t offset = 0; offset <= TLSF_ALIGN; offset++) {
        for (size_t size = 0; size < RANGE_LEAST + 3 * TLSF_ALIGN; size++) {
            start();
            struct range *r = range_create(at(PLACE + offset), size);
            size_t skip = (TLSF_ALIGN - offset) % TLSF_ALIGN;
            REQUIRE(!r == (size < skip + RANGE_LEAST));
            if (r) {
                REQUIRE((uintptr_t)r == at(PLACE + offset + skip));
                expect_whole(r);
            }
            expect_outside(PLACE + offset, PLACE + offset + (r ? size : 0));
        }
    }
}

CASE(no_heap_where_there_is_no_memory) {
    start();
    REQUIRE(!range_create(at(ARENA), RANGE_LEAST));
    REQUIRE(!range_create(at(ARENA - RANGE_LEAST), RANGE_LEAST + 1));
    REQUIRE(!range_create(at(0), SIZE_MAX));
    REQUIRE(!range_create(UINTPTR_MAX, RANGE_LEAST));
    REQUIRE(!range_create(UINTPTR_MAX - 15, SIZE_MAX));
    expect_outside(0, 0);
    expect_whole(made(ARENA - RANGE_LEAST, RANGE_LEAST));
}

CASE(no_heap_begins_at_0) {
    REQUIRE((uintptr_t)range_at(0) == TLSF_ALIGN);
    REQUIRE((uintptr_t)range_at(1) == TLSF_ALIGN);
    REQUIRE((uintptr_t)range_at(TLSF_ALIGN) == TLSF_ALIGN);
    REQUIRE((uintptr_t)range_at(TLSF_ALIGN + 1) == 2 * TLSF_ALIGN);
}

CASE(a_full_heap_refuses) {
    struct range *r = fresh(RANGE_LEAST);
    void *p = had(r, range_malloc(r, 0));
    REQUIRE(!range_malloc(r, 0) && !range_realloc(r, NULL, 0));
    REQUIRE(!range_aligned_alloc(r, TLSF_ALIGN, 0));
    REQUIRE(stats_of(r).largest_free == 0);
    freed(r, p);
    expect_whole(r);
}

CASE(blocks_fill_the_range_and_merge) {
    struct range *r = fresh(9000);
    void *had_all[500];
    size_t n = 0;
    while ((had_all[n] = range_malloc(r, n % 90)))
        had(r, had_all[n++]);
    REQUIRE(stats_of(r).counts.used_blocks == n);
    for (size_t i = 0; i < n; i += 2)
        freed(r, had_all[i]);
    for (size_t i = 1; i < n; i += 2)
        freed(r, had_all[i]);
    expect_whole(r);
    expect_outside(PLACE, PLACE + 9000);
}

CASE(impossible_requests_lose_nothing) {
    struct range *r = fresh(5000);
    void *p = had(r, range_malloc(r, 100));
    for (size_t i = 0; i < IMPOSSIBLE; i++) {
        REQUIRE(!range_malloc(r, impossible[i]));
        REQUIRE(!range_realloc(r, p, impossible[i]));
        for (size_t align = 1; align; align *= 2)
            REQUIRE(!range_aligned_alloc(r, align, impossible[i]));
        REQUIRE(check_range(r) == 0 && stats_of(r).counts.used_blocks == 1);
    }
    freed(r, p);
    expect_whole(r);
}

CASE(an_alignment_is_a_power_of_two) {
    struct range *r = fresh(5000);
    REQUIRE(!range_aligned_alloc(r, 0, 8) && !range_aligned_alloc(r, 3, 8));
    REQUIRE(!range_aligned_alloc(r, SIZE_MAX, 8));
    REQUIRE(!range_aligned_alloc(r, SIZE_MAX / 2 + 1, 8));
    expect_whole(r);
}

CASE(every_alignment_in_the_range) {
    struct range *r = fresh(40000);
    for (size_t align = 1; align <= 8192; align *= 2) {
        for (size_t size = 0; size < 200; size += 9) {
            void *pad = had(r, range_malloc(r, size));
            void *p = had(r, range_aligned_alloc(r, align, size));
            REQUIRE((uintptr_t)p % align == 0);
            freed(r, pad);
            freed(r, p);
        }
    }
    expect_whole(r);
}

CASE(nothing_is_freed_and_has_no_size) {
    struct range *r = fresh(1000);
    range_free(r, NULL);
    REQUIRE(range_usable_size(r, NULL) == 0);
    expect_whole(r);
}

CASE(realloc_of_nothing_allocates) {
    struct range *r = fresh(1000);
    void *p = had(r, range_realloc(r, NULL, 50));
    REQUIRE(range_usable_size(r, p) >= 50);
    REQUIRE(stats_of(r).counts.used_blocks == 1);
    freed(r, p);
    expect_whole(r);
}

CASE(realloc_grows_and_shrinks_in_place) {
    struct range *r = fresh(5000);
    void *p = had(r, range_malloc(r, 50));
    for (size_t size = 0; size < 4000; size += 37)
        REQUIRE(had(r, range_realloc(r, p, size)) == p);
    REQUIRE(had(r, range_realloc(r, p, 0)) == p);
    freed(r, p);
    expect_whole(r);
}

CASE(realloc_moves) {
    struct range *r = fresh(5000);
    char *p = had(r, range_malloc(r, 50));
    void *behind = had(r, range_malloc(r, 50));
    memcpy(p, "text", 5);
    char *q = had(r, range_realloc(r, p, 50));
    REQUIRE(q == p);
    memcpy(p, "text", 5);
    q = range_realloc(r, p, 500);
    REQUIRE(q && q != p && strcmp(q, "text") == 0 && check_range(r) == 0);
    REQUIRE(stats_of(r).counts.used_blocks == 2);
    freed(r, behind);
    freed(r, q);
    expect_whole(r);
}

CASE(realloc_slides_down_where_nothing_else_is_left) {
    struct range *r = fresh(RANGE_LEAST + 1000);
    void *hole = had(r, range_malloc(r, 400));
    char *p = had(r, range_malloc(r, range_bytes(r) - 900));
    size_t rest = stats_of(r).largest_free;
    if (rest > 8) had(r, range_malloc(r, rest));
    memcpy(p, "text", 5);
    freed(r, hole);
    char *q = range_realloc(r, p, range_usable_size(r, p) + 390);
    REQUIRE(q == hole && strcmp(q, "text") == 0 && check_range(r) == 0);
}

CASE(a_failed_realloc_leaves_the_block) {
    struct range *r = fresh(3000);
    char *p = had(r, range_malloc(r, 1000));
    void *q = had(r, range_malloc(r, 1000));
    memcpy(p, "text", 5);
    REQUIRE(!range_realloc(r, p, 2900) && strcmp(p, "text") == 0);
    REQUIRE(check_range(r) == 0 && stats_of(r).counts.used_blocks == 2);
    freed(r, p);
    freed(r, q);
    expect_whole(r);
}

CASE(extended_by_every_length) {
    for (size_t size = RANGE_LEAST; size < RANGE_LEAST + 2 * TLSF_ALIGN; size++)
        for (size_t more = 0; more < 3 * TLSF_ALIGN; more++) {
            struct range *r = fresh(size);
            size_t before = stats_of(r).largest_free;
            void *p = more % 2 ? had(r, range_malloc(r, before)) : NULL;
            REQUIRE(range_extend(r, at(PLACE + size), more));
            REQUIRE(check_range(r) == 0);
            range_free(r, p);
            expect_whole(r);
            expect_outside(PLACE, PLACE + size + more);
        }
}

CASE(extended_only_where_the_range_ends) {
    struct range *r = fresh(1000);
    static const size_t wrong[] = {0, 1, 984, 992, 999, 1001, 1008, 2000};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        REQUIRE(!range_extend(r, at(PLACE + wrong[i]), 500));
    REQUIRE(!range_extend(r, 0, 500) && !range_extend(r, 0, 0));
    REQUIRE(!range_extend(r, at(PLACE + 1000), ARENA));
    REQUIRE(!range_extend(r, at(PLACE + 1000), SIZE_MAX));
    expect_whole(r);
    expect_outside(PLACE, PLACE + 1000);
}

CASE(behind_the_end_of_addresses_there_is_nothing) {
    struct range *r = fresh(1000);
    r->limit = 0; /* as if it ended there */
    host_end = UINTPTR_MAX;
    REQUIRE(!range_extend(r, 0, 0) && !range_extend(r, 0, 1000));
    REQUIRE(r->limit == 0);
}

CASE(reset_frees_all) {
    struct range *r = fresh(5000);
    for (size_t i = 0; i < 20; i++) {
        while (range_malloc(r, 10 * i)) {
        }
        range_reset(r);
        REQUIRE(check_range(r) == 0);
        expect_whole(r);
    }
    REQUIRE(range_extend(r, at(PLACE + 5000), 100) &&
            r->limit == at(PLACE + 5100));
    range_reset(r);
    expect_whole(r);
    expect_outside(PLACE, PLACE + 5100);
}

CASE(a_destroyed_heap_refuses) {
    struct range *r = fresh(5000);
    had(r, range_malloc(r, 100));
    range_destroy(r);
    REQUIRE(!range_malloc(r, 0) && !range_aligned_alloc(r, 64, 0));
    expect_whole(made(PLACE, 5000));
}

CASE(the_largest_block_is_told_of_the_highest_bin) {
    struct range *r = fresh(30000);
    for (size_t size = 16; size < 20000; size = size * 5 / 4) {
        range_reset(r);
        void *p = had(r, range_malloc(r, size));
        had(r, range_malloc(r, 8));
        while (stats_of(r).largest_free)
            had(r, range_malloc(r, stats_of(r).largest_free));
        size_t usable = range_usable_size(r, p);
        freed(r, p);
        REQUIRE(stats_of(r).largest_free == usable);
    }
}

CASE(the_checker_sees_wrong_counts_and_ends) {
    struct range *r = fresh(1000);
    r->counts.used_blocks++;
    REQUIRE(check_range(r) == 11);
    r->counts.used_blocks--;
    r->counts.free_bytes--;
    REQUIRE(check_range(r) == 11);
    r->counts.free_bytes++;
    r->limit += TLSF_ALIGN;
    REQUIRE(check_range(r) == 10);
    r->limit -= TLSF_ALIGN;
    r->heap.map ^= 1;
    REQUIRE(check_range(r) == 6);
    r->heap.map ^= 1;
    expect_whole(r);
}

CASE(three_heaps_that_touch) {
    start();
    struct range *ranges[] = {made(1000, 3001), made(4001, 3000),
                              made(7001, 2999)};
    void *live[3][40] = {{0}};
    random_seed(1);
    for (step = 0; step < 20000; step++) {
        size_t heap = below(3), i = below(40);
        struct range *r = ranges[heap];
        void **p = &live[heap][i];
        if (*p && below(2)) {
            range_free(r, *p);
            *p = NULL;
        } else {
            void *q = range_realloc(r, *p, log_size(9));
            if (q) memset(*p = q, (int)heap, range_usable_size(r, q));
        }
        REQUIRE(check_range(r) == 0);
    }
    for (size_t heap = 0; heap < 3; heap++) {
        for (size_t i = 0; i < 40; i++)
            range_free(ranges[heap], live[heap][i]);
        expect_whole(ranges[heap]);
    }
    expect_outside(1000, 10000);
}

int main(void) {
    memset(untouched, NOBODYS, ARENA);
    cases_run();
}
