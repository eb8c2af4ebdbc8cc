/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Boundary cases of the family: the checker, where the top is kept apart. Part
   of family.c. */

static void tail_fill(void) {
    REQUIRE(malloc(heap.slot[TOP].first->header - BLOCK_COST));
    REQUIRE(heap.slot[TOP].first == check_end());
}

/* The one block of a bin, but with these for its own words. */
static void apart_broken(const struct check *c, size_t bin, struct block as) {
    struct block *b = heap.slot[bin].first, was = *b;
    size_t limit = 1;
    *b = (struct block){was.prev, as.header, as.next ? as.next : was.next,
                        as.link ? as.link : was.link};
    REQUIRE(check_apart(c, bin, &limit) == 5);
    REQUIRE(check_bins(c, 2) == 5);
    *b = was;
}

/* Of the bins of one block: a list, a link elsewhere, a used block. */
CASE_IF(END_LINKS > 0, bins_of_one_broken) {
    for (size_t bin = TOP; bin <= LAST_APART; bin++) {
        start(1, 0, 1);
        char *hole = malloc(5000);
        malloc(0);
        free(hole);
        check(1);
        struct block *b = heap.slot[bin].first, was = *b;
        b->next = b;
        REQUIRE(check_heap(&heap, pools, pool_count) == 5);
        *b = was;
        b->link = slot_link(&heap, END);
        REQUIRE(check_heap(&heap, pools, pool_count) == 5);
        *b = was;
        check(1);
        struct check c = {&heap, 0, (uintptr_t)check_end(), 0};
        size_t limit = 1;
        REQUIRE(check_apart(&c, bin, &limit) == 0 && limit == 0);
        REQUIRE(check_apart(&c, bin, &limit) == 7);
        REQUIRE(check_bins(&c, 2) == 0);
        apart_broken(&c, bin, (struct block){.header = b->header, .next = b});
        apart_broken(&c, bin, (struct block){.header = b->header, .link = b});
        apart_broken(&c, bin, (struct block){.header = b->header | USED});
        heap.slot[bin].first = block_at(b, 1);
        REQUIRE(check_apart(&c, bin, &limit) == 5);
        heap.slot[bin].first = b;
    }
}

/* The end, which the tail's list ends in, is linked elsewhere. */
CASE_IF(END_LINKS > 0, end_unlinked) {
    start(1, 0, 1);
    malloc(100);
    check(1);
    for (int used = 0; used < 2; used++) {
        struct block *end = check_end(), *was = end->link;
        end->link = used ? heap.slot[TOP].first : slot_link(&heap, TOP);
        REQUIRE(check_heap(&heap, pools, pool_count) == 5);
        end->link = was;
        check(1);
        if (!used) tail_fill();
    }
}
