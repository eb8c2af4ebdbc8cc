/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Boundary cases of the family: requests that can not be met, and of
   alignments. Part of family.c. */

static void impossible(void *p, size_t size) {
    size_t before = pages();
    errno = 0;
    REQUIRE(!malloc(size) && errno == ENOMEM);
    errno = 0;
    REQUIRE(!realloc(p, size) && errno == ENOMEM);
    errno = 0;
    REQUIRE(!calloc(1, size) && errno == ENOMEM);
    for (size_t align = 1; align; align <<= 1) {
        void *out = p;
        errno = 0;
        REQUIRE(!aligned_alloc(align, size) && errno == ENOMEM);
        REQUIRE(align < sizeof p ||
                posix_memalign(&out, align, size) == ENOMEM);
        REQUIRE(out == p);
    }
    check(before);
    REQUIRE(pages() == before);
}

CASE(impossible_requests) {
    start(1, 0, 20);
    void *p = malloc(10);
    check(1);
    for (size_t i = 0; i < 400 + 2 * TLSF_ALIGN; i++)
        impossible(p, SIZE_MAX - i);
    for (size_t size = SIZE_MAX; size > 20 * PAGE; size /= 2)
        impossible(p, size);
    /* Half as much again, which the fast build looks for first, wraps. */
    for (size_t i = 0; i < 200; i++)
        impossible(p, SIZE_MAX / 3 * 2 - 100 + i);
    impossible(p, 20 * PAGE);
    size_t most = 20 * PAGE - (size_t)(first() - (char *)base) - whole(10);
    REQUIRE(!malloc(most - BLOCK_COST + 1) && pages() == 1);
    REQUIRE(malloc(most - BLOCK_COST) == first() + whole(10) && pages() == 20);
    host.silent = true;
    errno = 0;
    REQUIRE(!malloc(SIZE_MAX) && errno == 0);
}

CASE(alignments) {
    void *out = NULL, *was = out;
    start(1, 0, 100);
    for (size_t n = 0; n < 300; n++) {
        bool power = n && !(n & (n - 1));
        void *p = aligned_alloc(n, 10);
        REQUIRE(!p == !power && (!p || (uintptr_t)p % n == 0));
        int result = posix_memalign(&out, n, 10);
        REQUIRE(result == (power && n >= WORD ? 0 : EINVAL));
        REQUIRE((out != was) == !result);
        REQUIRE(result || (uintptr_t)out % n == 0);
        was = out;
    }
    errno = 0;
    REQUIRE(!aligned_alloc(3, 1) && errno == EINVAL);
    check(pages());
}

/* At every offset: the gap before it is a block and can be had again, and the
   block is no larger than it must be. */
CASE(alignments_at_every_offset) {
    for (size_t align = 1; align <= 16 * TLSF_ALIGN; align *= 2) {
        for (size_t before = 0; before < 20 * TLSF_ALIGN;
             before += TLSF_ALIGN) {
            start(1, 0, 2);
            char *p = malloc(before);
            char *q = aligned_alloc(align, 200);
            check(1);
            REQUIRE((uintptr_t)q % align == 0 && pages() == 1);
            size_t gap = (size_t)(q - p) - whole(before);
            REQUIRE(gap < align + BLOCK_MIN && fits(q, 200));
            REQUIRE(is_free(p + whole(before), gap));
            REQUIRE(malloc(5000) == q + malloc_usable_size(q) + BLOCK_COST);
            check(1);
        }
    }
}

/* Takes all that is free, in memory that can't grow. */
static void fill(void) {
    while (malloc(0))
        continue;
}

/* Alignment needs room for the largest gap and, where a granule is less than a
   block, one block more; and none where each block has it. */
CASE(alignments_in_a_tight_hole) {
    const size_t request = 5 * TLSF_ALIGN - BLOCK_COST;
    for (size_t align = 1; align <= 16 * TLSF_ALIGN; align *= 2) {
        size_t gap = align > TLSF_ALIGN ? align - TLSF_ALIGN : 0;
        if (gap && BLOCK_MIN > TLSF_ALIGN) gap += BLOCK_MIN;
        start(1, 0, 1);
        char *hole = malloc(request + gap);
        fill();
        free(hole);
        char *p = aligned_alloc(align, request);
        REQUIRE(p >= hole && p <= hole + gap && (gap || p == hole));
        check(1);
    }
}
