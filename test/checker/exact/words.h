/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The checker's self-tests where small sizes have a bin each. Part of
   checker.c. */

enum { HAS_TAGS = 1 }; /* prev is there only behind a free block */

static size_t name_of_word(const any_place *word) {
    return ((uintptr_t)word - (uintptr_t)&heap) / WORD;
}

static size_t word_of(const void *member) {
    return name_of_word((const any_place *)member);
}

static bool has_prev(const struct block *b) { return b->header & PREV_FREE; }

/* In a circle the bin follows the last one. */
static bool is_followed(const struct block *b) {
    return bins_number(&heap, b->next) >= BINS;
}

static bool is_slot_missed(size_t word, size_t value) {
    return word == word_of(&heap.high_water) && value <= (size_t)heap.end;
}

static bool is_its_invariant(enum kind kind, size_t where, int found) {
    if (kind == HEADER) return found != 0;
    if (kind == TAG) return found == 3;
    if (kind == LINK) return found == 5;
    if (where == word_of(&heap.rows)) return found == 6;
    /* It may be a former one, whose header is there yet. */
    if (where == word_of(&heap.remainder)) return found == 9 || found == 5;
    if (where == word_of(&heap.remainder_end)) return found == 9;
    if (where == word_of(&heap.top)) return found == 3 || found == 8;
    if (where == word_of(&heap.end)) return found == 1 || found == 8;
    if (where == word_of(&heap.high_water)) return found == 10;
    if (where >= word_of(heap.bin)) return found == 5 || found == 6;
    return found == 6 || found == 7;
}

static void corrupt_state(void) {
    for (size_t i = 0; i < word_of(heap.bin + BINS); i++)
        corrupt_word((any_place *)&heap + i, SLOT, i, NULL);
}

static void in_another_bin(struct block *b) {
    size_t own = map_floor(block_free_size(b));
    for (size_t bin = 0; bin < BINS; bin++) {
        if (bin == own) continue;
        bins_remove(&heap, b);
        bins_push(&heap, b, bin);
        if (bin >= ROW) heap.rows |= (size_t)1 << bin / ROW;
        require_found(5, 5);
    }
}

static void two_neighbours(struct block *b) {
    size_t size = block_free_size(b);
    if (size < 2 * BLOCK_MIN) return;
    bins_remove(&heap, b);
    struct block *rest = block_at(b, BLOCK_MIN), *n = block_at(b, size);
    block_set_free(b, rest, BLOCK_MIN);
    block_set_free(rest, n, size - BLOCK_MIN);
    block_set_prev_free(rest);
    bins_insert(&heap, b, BLOCK_MIN);
    bins_insert(&heap, rest, size - BLOCK_MIN);
    require_found(4, 4);
}
