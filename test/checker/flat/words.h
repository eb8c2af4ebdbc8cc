/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The checker's self-tests where the index is flat. Part of checker.c. */

enum { HAS_TAGS = 0, FLAGS = FREE_BIT };

/* What the words of the state are called. */
enum { MAP_WORD, END_WORD, FIRST_SLOT };

static size_t name_of_word(const any_place *word) {
    return (uintptr_t)word - (uintptr_t)&heap;
}

static bool has_prev(const struct block *b) { return b; }

static bool is_followed(const struct block *b) { return block_next(b); }

static bool is_slot_missed(size_t word, size_t value) {
    if (word < FIRST_SLOT) return word == END_WORD && !value;
    const size_t bin = word - FIRST_SLOT;
    return bin < BINS && !bins_first(&heap, bin) &&
           !ends_read((struct block *)value);
}

static bool is_its_invariant(enum kind kind, size_t where, int found) {
    if (kind == HEADER) return found != 0;
    if (kind == TAG) return found == 3;
    if (kind == LINK) return found == 5;
    if (where == END_WORD) return found == 8;
    if (where == FIRST_SLOT + BINS) return found == 6; /* behind the last */
    return found == 6 || (where >= FIRST_SLOT && found == 5);
}

static void corrupt_state(void) {
    for (size_t i = 0; i < sizeof heap.map / WORD; i++)
        corrupt_word((any_place *)&heap.map + i, SLOT, MAP_WORD, NULL);
    corrupt_word((any_place *)&heap.end, SLOT, END_WORD, NULL);
    for (size_t bin = 0; bin <= BINS; bin++)
        corrupt_word((any_place *)&heap.slot[bin].first, SLOT, FIRST_SLOT + bin,
                     NULL);
}

static void in_another_bin(struct block *b) {
    size_t own = bins_number(&heap, bins_floor(&heap, block_free_size(b)));
    for (size_t bin = 0; bin < BINS; bin++) {
        if (bin == own) continue;
        uintptr_t place = (bin + FIRST_NUMBER) * WORD + ODD;
        struct block *link = (struct block *)(bins_origin(&heap) + place);
        bins_remove(&heap, b);
        bins_push(&heap, link, b);
        require_found(5, 5);
    }
}

static void two_neighbours(struct block *b) {
    size_t size = block_free_size(b);
    if (size < 2 * BLOCK_MIN) return;
    heap_take(&heap, b);
    struct block *rest = block_at(b, BLOCK_MIN), *n = block_at(b, size);
    block_set_free(b, BLOCK_MIN);
    block_set_free(rest, size - BLOCK_MIN);
    block_set_prev(rest, b);
    block_set_prev(n, rest);
    bins_insert(&heap, b, BLOCK_MIN);
    bins_insert(&heap, rest, size - BLOCK_MIN);
    require_found(4, 4);
}
