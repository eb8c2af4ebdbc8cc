/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Boundary cases of the family where small sizes have a bin each: bins, the
   top, the last remainder, the high-water mark, and their checks. Part of
   family.c. */

enum { SMALL_SIZES = 64, PARTS = 8 };

/* As docs/design.md says it. */
static size_t bin_of(size_t size) {
    if (size < SMALL_SIZES * TLSF_ALIGN) return size / TLSF_ALIGN;
    size_t bin = SMALL_SIZES, power = SMALL_SIZES * (size_t)TLSF_ALIGN;
    for (; power <= size / 2; power *= 2)
        bin += PARTS;
    return bin + (size - power) / (power / PARTS);
}

CASE(bins_of_sizes) {
    for (size_t size = BLOCK_MIN; size < 1 << 20; size += TLSF_ALIGN)
        REQUIRE(map_floor(size) == bin_of(size));
    size_t most = block_size_for(REQUEST_MAX);
    for (; most > 1 << 19; most -= most / 100)
        REQUIRE(map_floor(most) == bin_of(most) && bin_of(most) < BINS);
}

/* The top's payload, and all of it had. */
static char *tail(void) { return block_payload(heap.top); }

static void tail_fill(void) {
    if (heap.top != heap.end)
        REQUIRE(malloc(top_size(&heap) - BLOCK_COST) && !top_size(&heap));
}

/* A block of so many granules. */
static char *granules(size_t n) { return malloc(n * TLSF_ALIGN - BLOCK_COST); }

/* [ hole ][ used ]: `n` granules that are free in a bin, if the last remainder
   is large enough elsewhere. */
static char *hole_of(size_t n) {
    char *hole = granules(n);
    malloc(0);
    free(hole);
    return hole;
}

/* Two of them, in bins. */
static struct { char *one, *two; } holes;

static void holes_of(size_t one, size_t two) {
    holes.one = granules(one), malloc(0);
    holes.two = granules(two), malloc(0);
    free(holes.one);
    free(holes.two);
    check(pages());
}

/* What was freed last is had first. */
CASE(bins_are_stacks) {
    for (size_t n = 1; n < 200; n += n < 70 ? 1 : 9) {
        start(3, 0, 3);
        char *p[5];
        for (size_t i = 0; i < 5; i++)
            p[i] = granules(n), malloc(0);
        for (size_t i = 0; i < 5; i++)
            free(p[i]);
        check(3);
        for (size_t i = 5; i--;)
            REQUIRE(granules(n) == p[i]);
        REQUIRE(granules(n) > p[4]);
        check(3);
    }
}

/* Every pair of a hole and a request. */
CASE(holes_serve) {
    for (size_t n = 1; n < 150; n += 1 + n / 20) {
        for (size_t want = 1; want < 150; want += 1 + want / 20) {
            start(1, 0, 1);
            char *hole = hole_of(n), *p = granules(want);
            bool fits = want <= n;
            REQUIRE(fits == (p == hole));
            REQUIRE(!fits ||
                    is_free(p + want * TLSF_ALIGN, (n - want) * TLSF_ALIGN));
            check(1);
        }
    }
}

/* What a small request leaves is the last remainder, from which the next ones
   are cut; but a hole of just their size comes first. */
CASE(remainder_serves) {
    start(1, 0, 1);
    holes_of(600, 20);
    REQUIRE(!heap.remainder && granules(21) == holes.one);
    REQUIRE(heap.remainder == block_of(holes.one + 21 * TLSF_ALIGN));
    REQUIRE(granules(20) == holes.two);
    REQUIRE(granules(20) == holes.one + 21 * TLSF_ALIGN);
    check(1);
    /* Cut to its end, and no further. */
    size_t left = 600 - 41;
    for (; left > 50; left -= 50) {
        REQUIRE(remainder_size(&heap) == left * TLSF_ALIGN);
        REQUIRE(granules(50));
        check(1);
    }
    char *last = block_payload(heap.remainder);
    REQUIRE(granules(left + 1) > last && granules(left) == last);
    REQUIRE(!heap.remainder && !heap.remainder_end);
    check(1);
}

/* One that does not suffice gives way to what a small request leaves. */
CASE(remainder_gives_way) {
    start(1, 0, 1);
    holes_of(9, 63);
    REQUIRE(granules(4) == holes.one && remainder_size(&heap));
    REQUIRE(granules(6) == holes.two);
    REQUIRE(heap.remainder == block_of(holes.two + 6 * TLSF_ALIGN));
    REQUIRE(granules(5) == holes.one + 4 * TLSF_ALIGN);
    check(1);
    /* What a large one leaves goes into a bin. */
    start(1, 0, 1);
    holes_of(9, 200);
    REQUIRE(granules(4) == holes.one && granules(100) == holes.two);
    REQUIRE(heap.remainder == block_of(holes.one + 4 * TLSF_ALIGN));
    check(1);
}

/* Large requests take it after the bins and before the top. */
CASE(remainder_serves_large) {
    for (size_t want = 398; want < 400; want++) { /* to its end, too */
        start(1, 0, 1);
        holes_of(400, 500);
        REQUIRE(granules(1) == holes.one);
        REQUIRE(granules(300) == holes.two);
        REQUIRE(granules(want) == holes.one + TLSF_ALIGN);
        check(1);
    }
}

/* Its neighbours are freed: it grows downwards, upwards, both, into the top. */
CASE(remainder_joins) {
    for (unsigned which = 0; which < 4; which++) {
        start(1, 0, 1);
        char *hole = granules(100), *behind = granules(10);
        char *wall = malloc(0);
        free(hole);
        REQUIRE(granules(20) == hole);
        if (which & 1) free(hole);
        check(1);
        if (which & 2) free(behind);
        check(1);
        struct block *b = heap.remainder;
        REQUIRE(b == block_of(hole + (which & 1 ? 0 : 20 * TLSF_ALIGN)));
        REQUIRE(remainder_size(&heap) ==
                (80 + (which & 1) * 20 + (which & 2) * 5) * TLSF_ALIGN);
        free(wall);
        check(1);
        REQUIRE(heap.remainder == (which & 2 ? NULL : b));
        REQUIRE(heap.top == (which & 2 ? b : block_of(wall)));
    }
}

/* A block is freed between the remainder and a hole in a bin. */
CASE(remainder_joins_a_hole) {
    for (unsigned before = 0; before < 2; before++) {
        start(1, 0, 1);
        char *a = granules(90), *mid = granules(5), *c = granules(90);
        char *cut = before ? a : c, *hole = before ? c : a;
        malloc(0);
        free(cut);
        REQUIRE(granules(20) == cut);
        free(hole);
        if (!before) free(cut);
        check(1);
        REQUIRE(remainder_size(&heap) == (before ? 70 : 90) * TLSF_ALIGN);
        free(mid);
        check(1);
        REQUIRE(remainder_size(&heap) == (before ? 165 : 185) * TLSF_ALIGN);
    }
}

/* The top is used last, cut from its front, to its end and no further. */
CASE(top_is_cut) {
    start(1, 0, 1);
    granules(1);
    for (size_t left; (left = top_size(&heap)) != 0;) {
        char *p = tail();
        size_t n = left / TLSF_ALIGN < 300 ? left / TLSF_ALIGN : 300;
        REQUIRE(!granules(left / TLSF_ALIGN + 1));
        REQUIRE(granules(n) == p);
        check(1);
    }
    REQUIRE(heap.top == check_end() && !malloc(0));
    check(1);
}

/* realloc would rather copy than grow memory, below 64 KiB. */
CASE(realloc_prefers_holes) {
    const size_t size = PAGE / 4;
    for (size_t room = size; room < 2 * size; room += size / 8) {
        start(1, 0, 50);
        char *hole = malloc(room), *wall = malloc(0), *p = malloc(100);
        tail_fill();
        free(hole);
        REQUIRE(wall && realloc(p, size) == hole && pages() == 1);
        check(1);
    }
}

/* It takes what is behind it: of a bin, the remainder, the top; whole or not.
 */
CASE(realloc_joins) {
    for (unsigned kind = 0; kind < 3; kind++) {
        for (size_t left = 0; left < 3; left++) {
            start(1, 0, 1);
            char *p = granules(10), *n = granules(100);
            if (kind < 2) malloc(0);
            free(n);
            if (kind == 1) {
                REQUIRE(granules(20) == n);
                REQUIRE(realloc(n, 0) == n);
                p = n;
                REQUIRE(remainder_size(&heap) == 99 * TLSF_ALIGN);
            }
            size_t room =
                kind == 2 ? top_size(&heap) : (kind ? 99 : 100) * TLSF_ALIGN;
            size_t all = block_size(block_of(p)) + room - left * TLSF_ALIGN;
            REQUIRE(realloc(p, all - BLOCK_COST) == p);
            REQUIRE(malloc_usable_size(p) == all - BLOCK_COST);
            check(1);
            REQUIRE((kind == 1 && left) == (heap.remainder != NULL));
            REQUIRE(is_free(p + all, left * TLSF_ALIGN));
        }
    }
}

/* Others have grown memory: a block before the top does not grow it. */
CASE(realloc_leaves_others_pages) {
    start(1, 0, 20);
    char *p = malloc(PAGE / 2);
    check(1);
    host_foreign(1);
    char *q = realloc(p, 4 * PAGE);
    check(2);
    REQUIRE(q == block_payload(pool_first(base + 2 * PAGE)));
    REQUIRE(pages() == 7 && realloc(q, 6 * PAGE) == q && pages() == 9);
    check(7);
}

/* Memory that is new is not cleared; the top that moved down is. */
CASE(high_water) {
    start(1, 0, 20);
    REQUIRE(malloc(100));
    check(1);
    REQUIRE(heap.high_water == check_end());
    char *p = malloc(3 * PAGE);
    check(1);
    struct block *top = heap.top;
    REQUIRE(top > heap.high_water && heap_zero_from(&heap) == top);
    free(p);
    check(pages());
    REQUIRE(heap.high_water == top && heap.top < top);
    REQUIRE(heap_zero_from(&heap) == top);
    p = calloc(1, 3 * PAGE);
    REQUIRE(heap_zero_from(&heap) == heap.top && heap.top == top);
    check(pages());
    for (size_t i = 0; i < 3 * PAGE; i++)
        REQUIRE(p[i] == 0);
}

/* Words that must say there is no heap yet, or where it ends. */
CASE(end_broken) {
    start(1, 0, 1);
    struct check c = {&heap, 0, 0, 0};
    struct block *b = pool_first(host.start);
    REQUIRE(check_ends(&c) == 0);
    heap.top = b;
    REQUIRE(check_ends(&c) == 8);
    heap.top = NULL;
    heap.high_water = b;
    REQUIRE(check_ends(&c) == 8);
    heap.high_water = NULL;
    malloc(100);
    check(1);
    c.high = (uintptr_t)check_end() + HEAD;
    REQUIRE(check_ends(&c) == 8);
    c.high -= HEAD;
    REQUIRE(check_ends(&c) == 0);
    struct block *top = heap.top;
    struct block *const wrong[] = {b, NULL, block_at(top, 1)};
    for (size_t i = 0; i < 3; i++) {
        heap.top = wrong[i];
        REQUIRE(check_ends(&c) == 8);
    }
    heap.top = top;
    heap.high_water = block_at(check_end(), TLSF_ALIGN);
    REQUIRE(check_ends(&c) == 10 && check_family(pools, 1) == 10);
}

/* A last remainder that is none, is used, or ends elsewhere. */
CASE(remainder_broken) {
    start(1, 0, 1);
    char *hole = hole_of(100), *p = granules(10);
    struct block *used = block_of(p), *b = heap.remainder;
    REQUIRE(p == hole);
    check(1);
    struct block *const wrong[][2] = {{NULL, heap.remainder_end},
                                      {b, block_at(heap.remainder_end, 16)},
                                      {b, b},
                                      {used, b},
                                      {heap.top, heap.end},
                                      {block_at(b, 1), heap.remainder_end},
                                      {NULL, NULL}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        heap.remainder = wrong[i][0];
        heap.remainder_end = wrong[i][1];
        int broken = wrong[i][1] ? 9 : 5;
        REQUIRE(check_family(pools, pool_count) == broken);
    }
}

/* Bits of a bin that holds a block, of one that never did, of none; of a row;
   of one that did. */
CASE(bits_broken) {
    start(1, 0, 1);
    holes_of(300, 30);
    const struct {
        size_t bin;
        int broken;
    } bits[] = {{bin_of(300 * TLSF_ALIGN), 6}, {30, 6}, {31, 6}, {BINS, 6}};
    for (size_t i = 0; i < 4 && bits[i].bin < ROWS * ROW; i++) {
        size_t at = bits[i].bin / ROW, rows = heap.rows;
        uint64_t map = heap.map[at];
        heap.map[at] ^= bins_bit(bits[i].bin);
        heap.rows &= ~((size_t)1 << at);
        heap.rows |= (size_t)(at && heap.map[at]) << at;
        REQUIRE(check_family(pools, pool_count) == bits[i].broken);
        heap.map[at] = map;
        heap.rows = rows;
    }
    for (size_t bit = 0; bit < 8 * WORD; bit++) {
        heap.rows ^= (size_t)1 << bit;
        REQUIRE(check_family(pools, pool_count) == 6);
        heap.rows ^= (size_t)1 << bit;
    }
    REQUIRE(granules(30) == holes.two);
    check(1);
    heap.map[0] |= bins_bit(30);
    REQUIRE(check_family(pools, pool_count) == 6);
}

/* A bin whose list ends elsewhere than the bin says. */
CASE(lists_broken) {
    start(1, 0, 1);
    holes_of(30, 30);
    bins_at(&heap, 30)->link = block_of(holes.two);
    REQUIRE(check_family(pools, pool_count) == 5);
    bins_at(&heap, 30)->link = block_of(holes.one);
    check(1);
    struct check c = {&heap, 0, UINTPTR_MAX, 0};
    size_t limit = 2;
    REQUIRE(check_bin(&c, 30, &limit) == 0 && limit == 0);
    REQUIRE(check_bin(&c, 30, &limit) == 7);
    block_of(holes.one)->header |= 1;
    limit = 2;
    REQUIRE(check_bin(&c, 30, &limit) == 5);
}
