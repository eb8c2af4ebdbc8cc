/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Boundary cases of the family: realloc. Part of
   family.c. */

/* [ before ][ p ][ after ][ used ] in memory that can't grow. Only some of
   these are free, and nothing else is. */
enum { BEFORE = 3000, OWN = 2500, AFTER = 4000 };

static struct { char *before, *p, *after, *wall; } row;

static void row_start(bool free_before, bool free_after) {
    start(1, 0, 1);
    row.before = malloc(BEFORE);
    row.p = malloc(OWN);
    row.after = malloc(AFTER);
    row.wall = malloc(PAGE / 2);
    fill();
    if (free_before) free(row.before);
    if (free_after) free(row.after);
    memset(row.p, 9, OWN);
    check(1);
}

/* What realloc gives for p, and that it holds what p held. */
static char *row_realloc(size_t size) {
    char *q = realloc(row.p, size), *held = q ? q : row.p;
    for (size_t i = 0; i < OWN && (!q || i < size); i++)
        REQUIRE(held[i] == 9);
    REQUIRE(!q || fits(q, size));
    check(1);
    return q;
}

CASE(realloc_shrinks) {
    row_start(false, false);
    for (size_t size = OWN; size; size -= size < 100 ? 1 : 100)
        REQUIRE(row_realloc(size) == row.p);
    REQUIRE(row_realloc(0) == row.p);
    REQUIRE(is_free(row.p + whole(0), whole(OWN) - whole(0)));
    row_start(false, true);
    REQUIRE(row_realloc(500) == row.p);
    size_t rest = whole(OWN) + whole(AFTER) - whole(500);
    REQUIRE(is_free(row.p + whole(500), rest));
}

CASE(realloc_grows_into_the_block_after) {
    const size_t all = whole(OWN) + whole(AFTER);
    for (size_t size = OWN; size < all - BLOCK_COST; size += 61) {
        row_start(false, true);
        REQUIRE(row_realloc(size) == row.p);
        REQUIRE(is_free(row.p + whole(size), all - whole(size)));
    }
    row_start(false, true);
    REQUIRE(!row_realloc(all - BLOCK_COST + 1));
    REQUIRE(row_realloc(all - BLOCK_COST) == row.p);
}

/* Nothing else is free. A build may never slide. */
CASE(realloc_slides_down) {
    const size_t two = whole(BEFORE) + whole(OWN), all = two + whole(AFTER);
    row_start(true, false);
    REQUIRE(!row_realloc(two - BLOCK_COST + 1));
    REQUIRE(row_realloc(two - BLOCK_COST) ==
            (REALLOC_SLIDES ? row.before : NULL));
    row_start(true, false);
    REQUIRE(row_realloc(BEFORE) == row.before);
    REQUIRE(is_free(row.before + whole(BEFORE), two - whole(BEFORE)));
    row_start(true, true);
    REQUIRE(!row_realloc(all - BLOCK_COST + 1));
    REQUIRE(row_realloc(all - BLOCK_COST) ==
            (REALLOC_SLIDES ? row.before : NULL));
    row_start(true, true);
    REQUIRE(!REALLOC_SLIDES || row_realloc(all - 1000) == row.before);
    size_t rest = all - whole(all - 1000);
    REQUIRE(!REALLOC_SLIDES || is_free(row.before + all - rest, rest));
}

CASE(realloc_moves) {
    start(1, 0, 9);
    char *p = malloc(100), *wall = malloc(1);
    memset(p, 8, 100);
    char *q = realloc(p, 10000);
    check(1);
    REQUIRE(q > wall);
    for (int i = 0; i < 100; i++)
        REQUIRE(q[i] == 8);
    REQUIRE(malloc(100) == p);
    REQUIRE(realloc(NULL, 20) && !realloc(q, SIZE_MAX));
    check(1);
    /* One that fits nowhere costs nothing. */
    host.limit = host.top;
    REQUIRE(!realloc(q, 2 * PAGE));
    check(1);
}

/* The last block lengthens memory by what is missing, and stays. */
CASE(realloc_grows_memory) {
    for (size_t tail = 0; tail < 3; tail++) {
        start(1, 0, 99);
        char *p = malloc(PAGE - 100 - tail * 5000);
        size_t last = PAGE - (size_t)(p - (char *)base);
        if (!tail) p = realloc(p, last);
        check(1);
        for (size_t size = 2 * PAGE; size < 20 * PAGE; size += 100 * 61) {
            size_t before = pages();
            REQUIRE(realloc(p, size) == p);
            size_t end = (size_t)(p - (char *)base) + whole(size);
            REQUIRE(pages() == pages_to(end));
            check(before);
        }
    }
}

/* What ends where memory ends is read to there, wherever it moves. */
CASE(realloc_moves_the_last) {
    for (int slides = 0; slides < 2; slides++) {
        start(1, 0, 1);
        char *before = malloc(40000);
        REQUIRE(before);
        char *p = before + whole(40000);
        if (!slides) p += malloc_usable_size(malloc(0)) + BLOCK_COST;
        size_t n = room_at(p);
        REQUIRE(malloc(n) == p);
        memset(p, 9, n);
        free(before);
        REQUIRE(realloc(p, 39000) == before);
        for (size_t i = 0; i < n; i++)
            REQUIRE(before[i] == 9);
        check(1);
    }
}

/* To stay as large or to shrink asks for no pages. */
CASE(realloc_asks_for_nothing) {
    start(2, 0, 9);
    char *p = first();
    size_t all = room_at(p);
    REQUIRE(malloc(all) == p);
    for (size_t less = 0; less < 5000; less += 1000) {
        REQUIRE(realloc(p, all - less) == p && host.calls == 0);
        check(2);
    }
}

/* The last block, of any size, with no tail: what is impossible changes
   nothing. */
CASE(realloc_impossible_at_the_end) {
    for (size_t size = 0; size < 100; size += WORD) {
        start(1, 0, 9);
        size_t before = room_at(first()) - whole(size);
        REQUIRE(malloc(before) == first());
        char *p = malloc(size);
        REQUIRE(p == first() + before + BLOCK_COST);
        check(1);
        for (size_t i = 0; i < 300; i++) {
            REQUIRE(!realloc(p, SIZE_MAX - i) && pages() == 1);
            check(1);
        }
    }
}

/* A block that is not the last does not lengthen the end of memory. */
CASE(realloc_leaves_the_end) {
    start(9, 0, 20);
    char *hole = malloc(5 * PAGE), *wall = malloc(0), *p = malloc(PAGE);
    malloc(0);
    free(hole);
    REQUIRE(wall && realloc(p, 4 * PAGE) == hole && host.calls == 0);
    check(9);
}

/* Where blocks do not slide one below 64 KiB moves instead. */
CASE(realloc_extends_large_blocks) {
    for (size_t less = 0; less <= TLSF_ALIGN; less += TLSF_ALIGN) {
        start(1, 0, 9);
        char *low = malloc(PAGE / 2), *p = malloc(500);
        char *top = (char *)base + PAGE - BLOCK_COST;
        p = realloc(p, (size_t)(top - p));
        REQUIRE(low && p && pages() == 1);
        REQUIRE((realloc(p, PAGE - BLOCK_COST - less) == p) ==
                (REALLOC_SLIDES || !less));
        check(1);
    }
}
