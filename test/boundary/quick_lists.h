/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Boundary cases of quick lists, of the last remainder and of the high-water
   mark: part of family.c, for the builds that have them. */

/* What the README says of the fast build's stacks. */
enum { STACKS_BELOW = 58, STACK_DEPTH = 8 };

/* The fast build's stacks: so many, last in, first out, sizes apart; what is
   too large or too many is free at once. */
CASE(stacks_hold) {
    start(1, 0, 1);
    char *p[STACK_DEPTH + 1], *big[2];
    const size_t most = STACKS_BELOW * TLSF_ALIGN;
    for (size_t size = TLSF_ALIGN; size <= most; size += TLSF_ALIGN) {
        bool held = size < most;
        big[0] = malloc(size - BLOCK_COST), big[1] = malloc(0);
        free(big[0]);
        REQUIRE(block_is_free(block_of(big[0])) == !held);
        REQUIRE(!held || malloc(size - BLOCK_COST) == big[0]);
        REQUIRE(!held || malloc(size - BLOCK_COST) != big[0]);
        start(1, 0, 1);
    }
    for (size_t i = 0; i <= STACK_DEPTH; i++)
        p[i] = malloc(100), malloc(0);
    for (size_t i = 0; i <= STACK_DEPTH; i++)
        free(p[i]);
    for (size_t i = 0; i <= STACK_DEPTH; i++)
        REQUIRE(block_is_free(block_of(p[i])) == (i == STACK_DEPTH));
    for (size_t i = STACK_DEPTH; i--;)
        REQUIRE(malloc(100) == p[i]);
    REQUIRE(malloc(100) == p[STACK_DEPTH]);
    check(1);
}

/* What the stacks hold goes back before memory grows or a request fails. */
CASE(stacks_are_emptied) {
    start(1, 0, 1);
    char *p[PAGE / TLSF_ALIGN];
    size_t n = 0;
    while ((p[n] = malloc(QUICK_MAX - 2 * TLSF_ALIGN)))
        n++;
    while (malloc(1))
        continue;
    for (size_t i = 0; i < 6; i++)
        free(p[i]);
    check(1);
    REQUIRE(!block_is_free(block_of(p[0])));
    REQUIRE(malloc(5 * QUICK_MAX) == p[0] && pages() == 1);
    check(1);
    for (size_t i = 0; i < 2; i++)
        free(p[n - 1 - i]);
    char *q = p[n - 3];
    REQUIRE(realloc(q, 2 * QUICK_MAX) == q);
    check(1);
}

/* A split leaves the remainder, which small requests are cut from, but a hole
   of just their size comes first. */
CASE(remainder_serves) {
    start(1, 0, 1);
    char *hole = malloc(10000), *wall = malloc(0);
    char *small[QUICK_DEPTH + 1];
    for (size_t i = 0; i <= QUICK_DEPTH; i++)
        small[i] = malloc(300), malloc(0);
    free(hole);
    REQUIRE(heap.slot[LAST_REMAINDER].first == block_of(hole));
    check(1);
    char *a = malloc(100), *b = malloc(200), *c = malloc(100);
    REQUIRE(a == hole && b == a + whole(100) && c == b + whole(200));
    check(1);
    for (size_t i = 0; i <= QUICK_DEPTH; i++)
        free(small[i]);
    for (size_t i = 0; i < QUICK_DEPTH; i++)
        REQUIRE(malloc(300) == small[QUICK_DEPTH - 1 - i]);
    REQUIRE(malloc(300) == small[QUICK_DEPTH] && wall);
    /* Cut to its end, and no further. */
    size_t left = heap.slot[LAST_REMAINDER].first->header;
    for (; left > whole(400); left -= whole(400)) {
        REQUIRE(heap.slot[LAST_REMAINDER].first->header == left);
        malloc(400);
        check(1);
    }
    REQUIRE(malloc(left - BLOCK_COST) && !heap.slot[LAST_REMAINDER].first);
    check(1);
}

static char *remainder_payload(void) {
    return block_payload(heap.slot[LAST_REMAINDER].first);
}

/* Small requests are cut from the remainder and not from a larger hole that
   is in a bin; larger ones from that, and what they leave is no remainder. */
CASE(remainder_comes_before_holes) {
    const size_t small = (SLLEN - 1) * TLSF_ALIGN;
    start(1, 0, 1);
    char *rest = malloc(20000), *wall = malloc(0), *hole = malloc(10000);
    malloc(0);
    free(rest);
    free(hole);
    REQUIRE(wall && remainder_payload() == rest);
    REQUIRE(malloc(small - BLOCK_COST) == rest);
    REQUIRE(malloc(small + TLSF_ALIGN - BLOCK_COST) == hole);
    REQUIRE(remainder_payload() == rest + small);
    check(1);
}

/* A hole of 5 granules is the remainder. */
static char *remainder_of_five(void) {
    char *rest = malloc(65 * TLSF_ALIGN - BLOCK_COST);
    malloc(0);
    free(rest);
    REQUIRE(remainder_payload() == rest);
    for (int i = 0; i < 2; i++)
        REQUIRE(malloc(30 * TLSF_ALIGN - BLOCK_COST) ==
                rest + 30 * i * TLSF_ALIGN);
    REQUIRE(remainder_payload() == rest + 60 * TLSF_ALIGN);
    return remainder_payload();
}

/* A remainder that does not suffice gives way to what a small request leaves:
   of a hole, or of what the stacks held. */
CASE(remainder_gives_way) {
    start(1, 0, 1);
    char *hole = malloc(10000), *five;
    malloc(0);
    five = remainder_of_five();
    free(hole);
    REQUIRE(malloc(10 * TLSF_ALIGN - BLOCK_COST) == hole);
    REQUIRE(remainder_payload() == hole + 10 * TLSF_ALIGN);
    REQUIRE(malloc(5 * TLSF_ALIGN - BLOCK_COST) == five);
    check(1);
    start(1, 0, 1);
    char *held[4];
    for (int i = 0; i < 4; i++)
        held[i] = malloc(10 * TLSF_ALIGN - BLOCK_COST);
    malloc(0);
    five = remainder_of_five();
    tail_fill();
    for (int i = 0; i < 4; i++)
        free(held[i]);
    REQUIRE(remainder_payload() == five);
    REQUIRE(malloc(20 * TLSF_ALIGN - BLOCK_COST) == held[0]);
    REQUIRE(remainder_payload() == held[2] && !quick.list[10].count);
    check(1);
}

/* realloc would rather copy than grow memory. */
CASE(realloc_prefers_holes) {
    const size_t size = 4 * QUICK_MAX;
    for (size_t room = size; room < 2 * size; room += size / 8) {
        start(1, 0, 50);
        char *hole = malloc(room), *wall = malloc(0), *p = malloc(100);
        tail_fill();
        free(hole);
        REQUIRE(wall && realloc(p, size) == hole && pages() == 1);
        check(1);
    }
    start(4, 0, 50);
    char *tight = malloc(2 * PAGE), *wall = malloc(0);
    char *last = wall + whole(0);
    REQUIRE(malloc(room_at(last)) == last);
    free(tight);
    REQUIRE(realloc(last, 2 * PAGE) == tight && host.calls == 0);
    check(4);
}

/* Two holes in bins: `size`, and `room`; the end of memory is not free. */
static struct { char *tight, *wide, *held, *p, *q; } holes;

static void holes_start(size_t size, size_t room) {
    start(5, 0, 50);
    char *rest = malloc(QUICK_MAX);
    malloc(0);
    holes.held = malloc(0);
    malloc(0);
    holes.tight = malloc(size);
    malloc(0);
    holes.wide = malloc(room);
    holes.p = malloc(100);
    holes.q = malloc(100);
    tail_fill();
    free(rest);
    REQUIRE(heap.slot[LAST_REMAINDER].first == block_of(rest));
    free(holes.tight);
    free(holes.wide);
    free(holes.held);
    check(5);
}

enum { LARGE = QUICK_MAX > 1024 ? QUICK_MAX : 1024 };

/* A large block goes to a hole of half as much again rather than to a tight
   one, then to a tight one; a very large one to a tight one at once. The
   stacks keep what they hold. */
CASE(realloc_prefers_room) {
    const size_t most = PAGE; /* a block of so many is not very large yet */
    for (size_t size = LARGE; whole(size) <= most; size *= 2) {
        holes_start(size, whole(size) * 3 / 2);
        REQUIRE(realloc(holes.p, size) == holes.wide);
        REQUIRE(realloc(holes.q, size) == holes.tight && pages() == 5);
        REQUIRE(!block_is_free(block_of(holes.held)));
        check(5);
        holes_start(size, whole(size) * 7 / 5);
        REQUIRE(realloc(holes.p, size) == holes.tight);
        check(5);
    }
    holes_start(1023, whole(1023) * 3 / 2); /* not large yet */
    REQUIRE(realloc(holes.p, 1023) == holes.tight);
    holes_start(most - BLOCK_COST, most * 3 / 2);
    REQUIRE(realloc(holes.p, most - BLOCK_COST) == holes.wide);
    holes_start(most, most * 2);
    REQUIRE(realloc(holes.p, most) == holes.tight && pages() == 5);
    check(5);
}

/* One of up to 6 KiB rather has room to grow by half twice. */
CASE(realloc_prefers_room_twice) {
    const size_t most = 6144 - BLOCK_COST;
    for (size_t size = LARGE; size <= most; size += (most - LARGE) / 2) {
        size_t half = whole(size) * 3 / 2, twice = whole(size) * 9 / 4;
        holes_start(half, twice);
        REQUIRE(realloc(holes.p, size) == holes.wide);
        REQUIRE(realloc(holes.q, size) == holes.tight);
        check(5);
        holes_start(half, twice - whole(0) - whole(size) / 32);
        REQUIRE(realloc(holes.p, size) == holes.tight);
        check(5);
    }
    holes_start(most * 3 / 2, most * 9 / 4);
    REQUIRE(realloc(holes.p, most) == holes.wide);
    holes_start(whole(most + 1) * 3 / 2, whole(most + 1) * 9 / 4);
    REQUIRE(realloc(holes.p, most + 1) == holes.tight);
    check(5);
}

/* More than 2 KiB, room included, is not taken from the end of memory. */
CASE(realloc_spares_the_end) {
    for (size_t size = LARGE; size <= 32768; size *= 2) {
        start(3, 0, 50);
        char *tight = malloc(size), *wall = malloc(0);
        char *p = malloc(100), *last = malloc(0);
        free(tight);
        bool roomy = whole(size) * 3 / 2 <= 2048;
        char *q = realloc(p, size);
        REQUIRE(wall && q == (roomy ? last + whole(0) : tight));
        check(3);
    }
}

/* What fits where it is stays, to the last byte, whatever else is free. */
CASE(realloc_stays) {
    start(1, 0, 1);
    char *hole = malloc(5 * QUICK_MAX), *wall = malloc(0);
    char *p = malloc(QUICK_MAX), *after = malloc(QUICK_MAX);
    malloc(0);
    free(hole);
    free(after);
    REQUIRE(wall && realloc(p, 2 * whole(QUICK_MAX) - BLOCK_COST) == p);
    check(1);
}

/* A small block takes one of its new size that was just freed. */
CASE(realloc_takes_what_is_held) {
    start(1, 0, 1);
    char *p = malloc(100), *wall = malloc(0), *held = malloc(300);
    malloc(0);
    free(held);
    REQUIRE(wall && realloc(p, 300) == held);
    check(1);
}

/* What lengthens the last block to the end of memory is no longer fresh. */
CASE(realloc_takes_the_tail) {
    start(1, 0, 1);
    char *p = malloc(100);
    REQUIRE(p && heap.slot[TOP].first);
    size_t tail = heap.slot[TOP].first->header;
    REQUIRE(realloc(p, whole(100) + tail - BLOCK_COST) == p);
    check(1);
    REQUIRE(heap.slot[TOP].first == check_end());
    REQUIRE(heap.slot[HIGH_WATER].first == block_at(check_end(), END_LINKS));
    start(1, 0, 9);
    p = malloc(100);
    size_t all = 2 * PAGE - END_LINKS - (size_t)(p - (char *)base) - BLOCK_COST;
    REQUIRE(realloc(p, all) == p && pages() == 2);
    check(1);
    REQUIRE(heap.slot[HIGH_WATER].first == check_end());
}

/* A link to the word behind the bins, which is the tail's address too. */
CASE(home_broken) {
    start(1, 0, 1);
    malloc(100);
    check(1);
    struct block *tail = heap.slot[TOP].first;
    heap.slot[HIGH_WATER].first = tail;
    REQUIRE(check_is_home(&heap, tail));
    tail->link = slot_link(&heap, HIGH_WATER);
    REQUIRE(!check_is_home(&heap, tail));
}

/* A tail and fresh memory where there is none, or another tail. */
CASE(end_broken) {
    start(1, 0, 1);
    struct check c = {&heap, 0, 0, 0};
    struct block *b = pool_first(host.start);
    REQUIRE(check_ends(&c) == 0);
    heap.slot[TOP].first = b;
    REQUIRE(check_ends(&c) == 8);
    heap.slot[TOP].first = NULL;
    REQUIRE(check_high_water(&heap) == 0);
    heap.slot[HIGH_WATER].first = b;
    REQUIRE(check_high_water(&heap) == 8);
    heap.slot[HIGH_WATER].first = NULL;
    malloc(100);
    check(1);
    c.high = (uintptr_t)check_end();
    REQUIRE(check_ends(&c) == 0);
    c.high += HEAD;
    REQUIRE(check_ends(&c) == 8);
    c.high -= HEAD;
    struct block *tail = heap.slot[TOP].first, *end = check_end();
    heap.slot[HIGH_WATER].first = block_at(tail, (size_t)0 - TLSF_ALIGN);
    REQUIRE(check_high_water(&heap) == 8);
    heap.slot[HIGH_WATER].first = block_at(end, END_LINKS + TLSF_ALIGN);
    REQUIRE(check_high_water(&heap) == 8);
    REQUIRE(check_family(pools, pool_count) == 8);
    heap.slot[HIGH_WATER].first = end;
    REQUIRE(check_high_water(&heap) == 0);
    heap.slot[TOP].first = b;
    REQUIRE(check_ends(&c) == 8);
}

static void require_stacks_broken(void) {
    REQUIRE(check_heap(&heap, pools, pool_count) == 0);
    REQUIRE(check_quick(&quick, pools, pool_count) == 9);
    REQUIRE(check_family(pools, pool_count) == 9);
}

/* Stacks too high, with a block twice, a free one, one of another size, or one
   that is none. */
CASE(stacks_broken) {
    start(1, 0, 1);
    char *held = malloc(100), *other = malloc(200), *hole = malloc(5000);
    malloc(0);
    free(hole);
    free(held);
    check(1);
    size_t n = block_size(block_of(held)) / TLSF_ALIGN;
    struct block *const wrong[] = {block_of(held), block_of(other),
                                   block_of(hole), block_of(held + 1)};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        quick.list[n].held[1] = wrong[i];
        quick.list[n].count = 2;
        require_stacks_broken();
        quick.list[n].held[0] = wrong[i];
        quick.list[n].count = 1;
        if (i) require_stacks_broken();
        quick.list[n].held[0] = block_of(held);
    }
    quick.list[n].count = SIZE_MAX; /* it is not read so far */
    require_stacks_broken();
    quick.list[n].count = 0;
    check(1);
    for (size_t i = 0; i < QUICK_SIZES; i += QUICK_SIZES - 1) {
        quick.list[i].count = QUICK_DEPTH + 1;
        require_stacks_broken();
        quick.list[i].count = 0;
    }
}
