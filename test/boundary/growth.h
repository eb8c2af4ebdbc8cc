/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Boundary cases of the family: the growth of memory. Part of
   family.c. */

/* Each request near k pages, in a heap of its own: just enough pages. */
CASE(growth_is_exact) {
    for (size_t k = 0; k < 5; k++) {
        for (size_t less = 0; less < 12 * WORD + 3 * TLSF_ALIGN; less++) {
            size_t request = (k << PAGE_LOG) + 4 * TLSF_ALIGN - less;
            if (request > SIZE_MAX / 2) continue;
            start(1, 100, 100);
            size_t lead = (size_t)(first() - (char *)base);
            REQUIRE(malloc(request) == first());
            size_t end = lead + whole(request);
            REQUIRE(pages() == pages_to(end));
            check(1);
            memset(first(), 1, malloc_usable_size(first()));
            check(pages());
        }
    }
}

/* The same where the free block at the end counts. */
CASE(growth_counts_the_tail) {
    for (size_t request = (size_t)PAGE - 40 * TLSF_ALIGN; request < PAGE + 200;
         request += WORD) {
        start(1, 0, 100);
        malloc(1000);
        check(1);
        char *p = malloc(request);
        size_t end = (size_t)(p - (char *)base) + whole(request);
        REQUIRE(p == first() + whole(1000));
        REQUIRE(pages() == pages_to(end));
        check(1);
    }
}

/* Memory of no pages; data up to its end. */
CASE(growth_from_nothing) {
    for (size_t skip = 0; skip <= PAGE; skip += PAGE / 2) {
        for (size_t near = 0; near < 64 && near <= skip; near++) {
            start(skip ? 1 : 0, skip - near, 10);
            size_t before = pages();
            void *p = calloc(1, 100);
            REQUIRE(p && p == first());
            check(before);
            for (int i = 0; i < 100; i++)
                REQUIRE(((char *)p)[i] == 0);
        }
    }
}

/* Wherever memory starts: just what is missing is asked for, in one call. */
CASE(growth_asks_once) {
    for (size_t skip = 100; skip < 100 + 2 * TLSF_ALIGN; skip++) {
        start(1, skip, 9);
        REQUIRE(malloc(2 * PAGE) == first());
        REQUIRE(host.calls == 1 && pages() == 3);
        check(1);
    }
}

/* A heap of 100 pages grows by a thirty-second of that more than is missing, or
   as the build says. */
CASE(growth_by_a_part) {
    start(1, 0, 500);
    REQUIRE(malloc(100 * PAGE) == first() && pages() == 101);
    check(1);
    char *p = malloc(20 * PAGE);
    check(101);
    size_t end = (size_t)(p - (char *)base) + whole(20 * PAGE);
    REQUIRE(pages() == pages_to(end) + (100 >> SLACK_LOG));
}

/* Calls of the port refused in turn: the slack is not missed, and without the
   pages that are missing the request fails and changes nothing. */
CASE(growth_refused) {
    const size_t more = 50 + (100 >> SLACK_LOG);
    for (unsigned refuse = 1; refuse < 4; refuse++) {
        start(1, 0, 500);
        char *p = malloc(100 * PAGE);
        check(1);
        host.fail = refuse;
        errno = 0;
        char *q = malloc(50 * PAGE);
        check(101);
        REQUIRE(!q == (refuse == 1) && (errno == ENOMEM) == !q);
        REQUIRE(pages() - 101 == (refuse == 1 ? 0 : refuse == 2 ? 50 : more));
        free(p);
        free(q);
        check(pages());
        REQUIRE(malloc(room_at(first())) == first());
        REQUIRE(pages() - 101 == (refuse == 1 ? 0 : refuse == 2 ? 50 : more));
    }
}

/* A block at the end of memory grows just to the end of a page. */
CASE(realloc_grows_to_the_end_of_a_page) {
    for (size_t last = 3; last < 6; last++) {
        start(1, 0, 50);
        char *p = malloc(PAGE + PAGE / 2);
        check(1);
        uintptr_t end = base + last * PAGE - END_SIZE;
        size_t request = end - (uintptr_t)block_of(p) - BLOCK_COST;
        REQUIRE(realloc(p, request) == p && pages() == last);
        check(2);
        REQUIRE(realloc(p, request + 1) == p && pages() == last + 1);
        check(last);
    }
}

/* What others grew before the first call is theirs: a pool begins behind it,
   and again after the first call. */
CASE(growth_by_others_first) {
    for (size_t size = 100; size < 2 * PAGE; size += PAGE / 2) {
        for (size_t theirs = 1; theirs < 3; theirs++) {
            start(1, 0, 50);
            host_foreign(theirs);
            char *p = malloc(size);
            check(1 + theirs);
            REQUIRE(block_of(p) == pool_first(base + (1 + theirs) * PAGE));
            REQUIRE(pages() == 1 + theirs + (size + END_SIZE) / PAGE + 1);
            size_t ours = pages();
            host_foreign(1);
            char *q = malloc(2 * PAGE);
            check(ours + 1);
            REQUIRE(block_of(q) == pool_first(base + (ours + 1) * PAGE));
            free(p);
            free(q);
            check(pages());
        }
    }
}

/* A first call that fails owns nothing: others may then grow memory. */
CASE(growth_by_others_after_a_failure) {
    start(1, 0, 3);
    REQUIRE(!malloc(3 * PAGE) && pages() == 1);
    host_foreign(1);
    REQUIRE(!malloc(PAGE) && pages() == 2);
    char *p = malloc(PAGE / 2);
    check(2);
    REQUIRE(block_of(p) == pool_first(base + 2 * PAGE) && pages() == 3);
}

/* Somebody else grows memory: a pool begins behind it, the old one serves. */
CASE(growth_by_others) {
    start(1, 0, 50);
    char *p = malloc(1000);
    check(1);
    host.top += 2;
    char *q = malloc(PAGE);
    check(3);
    REQUIRE(q == block_payload(pool_first(base + 3 * PAGE)));
    REQUIRE(pool_count == 2 && pages() == 5);
    REQUIRE(realloc(q, 3 * PAGE + 30000) == q);
    check(5);
    REQUIRE(malloc(60000) == p + whole(1000) && pages() == 7);
    host.top++;
    char *r = realloc(q, 8 * PAGE);
    REQUIRE(r == block_payload(pool_first(base + 8 * PAGE)));
    check(8);
    /* Others take all that there is. */
    host.top = host.limit;
    REQUIRE(!malloc(40 * PAGE) && pages() == 50);
    REQUIRE(malloc(PAGE) == q);
    check(50);
}
