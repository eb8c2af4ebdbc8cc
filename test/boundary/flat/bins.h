/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Boundary cases of the family: the bins of the flat index, where each power of
   two has two. Part of family.c. */

static size_t bin_is(size_t size) {
    return bins_number(&heap, bins_floor(&heap, size));
}

static size_t log_of(size_t size) {
    size_t log = 0;
    while (size >>= 1)
        log++;
    return log;
}

/* Two bins for each power of two, from the smallest block on. */
static size_t bin_of(size_t size) {
    size_t log = log_of(size), half = size >> (log - 1) & 1;
    return bin_is(BLOCK_MIN) + 2 * (log - log_of(BLOCK_MIN)) + half;
}

CASE(bins_of_sizes) {
    for (size_t size = BLOCK_MIN; size < 1 << 20; size += TLSF_ALIGN)
        REQUIRE(bin_is(size) == bin_of(size));
    for (size_t log = 20; log < 24; log++) {
        for (size_t half = 0; half < 2; half++) {
            size_t size = (size_t)(2 + half) << (log - 1);
            for (size_t at = size - TLSF_ALIGN; at <= size + TLSF_ALIGN;
                 at += TLSF_ALIGN)
                REQUIRE(bin_is(at) == bin_of(at));
        }
    }
    size_t most = block_size_for(REQUEST_MAX), bin = bin_is(most);
    REQUIRE(bin < BINS && bin - bin_of(most) <= 1);
    for (; most > 1 << 24; most -= most / 100) {
        REQUIRE(bin_is(most) <= bin && bin_is(most) - bin_of(most) <= 1);
        bin = bin_is(most);
    }
}

/* A bin that holds no block, a used one, or one of another bin. */
CASE(bins_broken) {
    start(1, 0, 1);
    char *hole = malloc(5000), *used = malloc(0);
    free(hole);
    check(1);
    size_t bin = bin_is(BLOCK_MIN);
    heap.map |= (uint64_t)1 << bin;
    struct block *wrong[] = {block_of(hole + 1), block_of(used),
                             block_of(hole)};
    for (size_t i = 0; i < 3; i++) {
        heap.slot[bin].first = wrong[i];
        REQUIRE(check_heap(&heap, pools, pool_count) == 5);
    }
    heap.slot[bin].first = NULL;
    REQUIRE(check_heap(&heap, pools, pool_count) == 6);
}

/* Two free blocks that know each other, and no bin them. */
CASE(blocks_in_no_bin) {
    start(1, 0, 1);
    char *one = malloc(PAGE / 2);
    REQUIRE(malloc(0));
    free(one);
    check(1);
    struct block *a = block_of(one), *b = block_prev(check_end());
    REQUIRE(a != b && block_is_free(a) && block_is_free(b));
    a->next = a->link = b;
    b->next = b->link = a;
    heap.map = 0;
    for (size_t bin = 0; bin < BINS; bin++)
        heap.slot[bin].first = NULL;
    REQUIRE(check_heap(&heap, pools, pool_count) == 7);
}

/* A link is a bin's or a block's; bins have numbers, each slot is a bin. */
CASE(links) {
    start(1, 0, 9);
    check_forget();
    for (size_t bin = bin_is(BLOCK_MIN); bin < BINS; bin++) {
        size_t above = bin - bin_is(BLOCK_MIN);
        uint64_t least = (uint64_t)(2 + above % 2)
                         << (above / 2 + log_of(BLOCK_MIN) - 1);
        size_t size = (size_t)least;
        if (least > REQUEST_MAX) continue;
        struct block *link = bins_floor(&heap, size), b = {.prev = NULL};
        REQUIRE(bins_number(&heap, link) == bin && (uintptr_t)link % 2);
        bins_insert(&heap, &b, size);
        REQUIRE(bins_map(&heap) == (uint64_t)1 << bin);
        REQUIRE(bins_first(&heap, bin) == &b && link_next(link) == &b);
        REQUIRE(block_link(&b) == link && !block_next(&b));
        bins_join(&heap, block_link(&b), link_next(&b));
        REQUIRE(!bins_map(&heap) && !bins_first(&heap, bin));
    }
}

/* Free blocks coalesce to any size. Of 64 bits one may be larger than all bins
   but the last: that one has no end. */
CASE_IF(WORD > 4, blocks_beyond_all_bins) {
    const size_t most = REQUEST_MAX, all = 4 * most;
    const uintptr_t arena = base;
    char *had[3];
    void *at = mmap(NULL, all, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(at != MAP_FAILED);
    check_forget();
    base = align_up((uintptr_t)at, PAGE);
    host_open(base, (base >> PAGE_LOG) + 1);
    host.limit = ((uintptr_t)at + all) >> PAGE_LOG;
    pool_count = end_page = 0;
    for (size_t i = 0; i < 3; i++) {
        size_t before = pages();
        had[i] = malloc(most);
        REQUIRE(had[i] == first() + i * whole(most));
        check(before);
    }
    size_t order[] = {0, 2, 1};
    for (size_t i = 0; i < 3; i++) {
        free(had[order[i]]);
        check(pages());
    }
    REQUIRE(block_size(block_of(first())) > 3 * most);
    REQUIRE(malloc(most) == first());
    check(pages());
    check_forget();
    REQUIRE(!munmap(at, all));
    base = arena;
}
