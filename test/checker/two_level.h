/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The checker's self-tests where the index has two levels. Part of checker.c.
 */

enum { HAS_TAGS = 1 }; /* prev is there only behind a free block */

static size_t name_of_word(const any_place *word) {
    return slot_index(&heap, (void *)((uintptr_t)word - HEAD));
}

static bool has_prev(const struct block *b) { return b->header & PREV_FREE; }

static bool is_slot_missed(size_t slot, size_t value) {
    if (slot == END) return !END_LINKS && !value;
    if (slot <= LAST_APART) return false;
    size_t last = heap.slot[END].map + END_LINKS; /* the high-water mark */
    return value >= heap.slot[TOP].map && value <= last;
}

static bool is_its_invariant(enum kind kind, size_t where, int found) {
    if (kind == HEADER) return found != 0;
    if (kind == TAG) return found == 3;
    if (kind == LINK) return found == 5;
    const size_t last = LAST_APART;
    bool remainder = where > TOP && where <= last;
    if (where == END || (where >= TOP && !remainder)) return found == 8;
    return found == 6 || (where >= FIRST_BIN && found == 5);
}

static void corrupt_state(void) {
    for (size_t i = 0; i < sizeof heap / WORD; i++)
        corrupt_word(&heap.slot[i].map, SLOT, i, NULL);
}

static void in_another_bin(struct block *b) {
    size_t own = slot_index(&heap, bins_floor(&heap, b->header));
    int found = END_LINKS > 0 && heap.slot[TOP].first == b ? 8 : 5;
    for (size_t bin = FIRST_BIN; bin < SLOTS; bin++) {
        if (bin == own) continue;
        bins_remove(&heap, b);
        bins_insert(&heap, b, slot_link(&heap, bin));
        require_found(found, found);
    }
}

static void two_neighbours(struct block *b) {
    if (b->header < 2 * BLOCK_MIN) return;
    size_t size = heap_take(&heap, b);
    struct block *rest = block_at(b, BLOCK_MIN), *n = block_at(b, size);
    rest->header = 0;
    block_set_free(b, rest, BLOCK_MIN);
    block_set_free(rest, n, size - BLOCK_MIN);
    block_set_prev_free(rest);
    bins_insert(&heap, b, heap_home(&heap, b, rest));
    bins_insert(&heap, rest, heap_home(&heap, rest, n));
    require_found(4, 4);
}

static void missing(struct block *b) {
    bool tail = END_LINKS > 0 && heap.slot[TOP].first == b;
    bins_remove(&heap, b);
    require_found(tail ? 8 : 5, tail ? 8 : 7);
}
