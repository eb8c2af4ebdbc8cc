/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Boundary cases of the family: calloc: what it clears, and products that
   overflow. Part of family.c. */

/* What memory begins with is not zero, nor is a block that was in use. */
CASE(calloc_clears) {
    for (size_t before = 0; before < 3; before++) {
        for (size_t request = 0; request < 40 * TLSF_ALIGN; request += 7) {
            start(1, 0, 20);
            char *p = malloc(before * 500);
            if (before) memset(p, 7, before * 500);
            if (before) free(p);
            if (!before) start(1, 0, 20);
            p = calloc(request, 1);
            check(1);
            for (size_t i = 0; i < request; i++)
                REQUIRE(p[i] == 0);
        }
    }
}

/* A build may leave alone what nobody has written; what is behind
   the end marker of a heap that grew, and what was in use, is cleared. */
CASE(calloc_of_fresh_memory) {
    start(1, 0, 100);
    char *p = malloc(2 * PAGE);
    check(1);
    char *end = (char *)base + (pages() << PAGE_LOG);
    memset(p + 2 * PAGE + 200, 7, (size_t)(end - p) - 2 * PAGE - 300);
    size_t n = (size_t)(end - p) - 2 * PAGE - 1000, kept = 0;
    char *q = calloc(1, n);
    check(pages());
    REQUIRE(q == p + whole(2 * PAGE));
    for (size_t i = 0; i < n; i++)
        kept += q[i] == 7;
    REQUIRE(CALLOC_SPARES ? kept > n - 300 : !kept);
    memset(q, 7, n);
    REQUIRE(realloc(q, n - 5000) == q);
    char *r = calloc(1, 4900);
    for (size_t i = 0; i < 4900; i++)
        REQUIRE(r[i] == 0);
    /* Across the end that was: its marker, and the tail's own words. */
    size_t before = pages();
    r = calloc(5, PAGE);
    check(before);
    for (size_t i = 0; i < 5 * PAGE; i++)
        REQUIRE(r[i] == 0);
}

/* Fresh memory across the end that was: its marker is cleared. */
CASE(calloc_across_the_end) {
    start(1, 0, 100);
    char *p = malloc(2 * PAGE);
    check(1);
    size_t before = pages();
    char *q = calloc(1, 5 * PAGE);
    check(before);
    REQUIRE(q == p + whole(2 * PAGE));
    for (size_t i = 0; i < 5 * PAGE; i++)
        REQUIRE(q[i] == 0);
}

/* The whole of the free block at the end: its tag lies in the payload. */
CASE(calloc_of_the_tail) {
    start(1, 0, 100);
    char *p = malloc(2 * PAGE), *q = p + whole(2 * PAGE);
    check(1);
    size_t before = pages(), n = room_at(q);
    REQUIRE(calloc(1, n) == q && pages() == before);
    for (size_t i = 0; i < n; i++)
        REQUIRE(q[i] == 0);
    check(before);
}

CASE(products) {
    start(1, 0, 100);
    const size_t half = (size_t)1 << (4 * WORD), top = SIZE_MAX;
    const size_t pairs[][2] = {
        {half, half},         {top, top}, {top / 2 + 1, 2}, {top / 3 + 1, 3},
        {half + 1, half - 1}, {top, 1},   {half * 2, half}, {top / 5, 6}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        REQUIRE(!calloc(pairs[i][0], pairs[i][1]));
        REQUIRE(!calloc(pairs[i][1], pairs[i][0]));
        REQUIRE(product(pairs[i][0], pairs[i][1]) >= top - 1);
    }
    REQUIRE(product(top, 1) == top && product(1, top - 1) == top - 1);
    REQUIRE(product(top / 3, 3) == top / 3 * 3 && product(0, top) == 0);
    REQUIRE(product(top, 0) == 0 && product(half - 1, half) == top - half + 1);
    REQUIRE(product(top / 2, 2) == top - 1 && product(7, 9) == 63);
    REQUIRE(calloc(0, top) && calloc(top, 0));
}
