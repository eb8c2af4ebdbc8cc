/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Checks the C family's heap and its quick lists (9), and answers what tests
   ask of a build; flat/check.h explains each function. */
#ifndef TLSF_FAMILY_CHECK_H
#define TLSF_FAMILY_CHECK_H

#include "../core/check.h"

enum { REALLOC_KEEPS_ORDER = 0 };

/* How often the list of its size holds a used block. */
static size_t check_times_held(const struct quick *q, const struct block *b) {
    size_t n = block_size(b) / TLSF_ALIGN, times = 0;
    if (n >= QUICK_SIZES || block_is_free(b)) return 0;
    for (size_t i = 0; i < q->list[n].count; i++)
        times += q->list[n].held[i] == b;
    return times;
}

/* Checks the quick lists of a heap that was checked before (9). */
static int check_quick(const struct quick *q, void *const *pools, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < QUICK_SIZES; i++) {
        if (q->list[i].count > QUICK_DEPTH) return 9;
        count += q->list[i].count;
    }
    for (size_t i = 0; i < n; i++) {
        struct block *b = pool_first((uintptr_t)pools[i]);
        for (; block_size(b); b = block_at(b, block_size(b))) {
            size_t times = check_times_held(q, b);
            if (times > 1) return 9;
            count -= times;
        }
    }
    return count ? 9 : 0;
}

/* Checks the high-water mark (8). */
static int check_high_water(const struct heap *h) {
    const struct block *end = slot_first(h, END);
    const struct block *mark = slot_first(h, HIGH_WATER);
    if (!end) return mark ? 8 : 0;
    bool below = block_is_before(mark, slot_first(h, TOP));
    return below || (uintptr_t)mark > (uintptr_t)end + END_LINKS ? 8 : 0;
}

static int check_own_heap(void *const *pools, size_t n) {
    int broken = check_heap(heap_state(), pools, n);
    return broken ? broken : check_high_water(heap_state());
}

static int check_family(void *const *pools, size_t n) {
    int broken = check_own_heap(pools, n);
    return broken ? broken : check_quick(quick_state(), pools, n);
}

static struct block *check_end(void) { return slot_first(heap_state(), END); }

static size_t check_held_count(void) {
    size_t count = 0;
    for (size_t n = 0; n < QUICK_SIZES; n++)
        count += quick.list[n].count;
    return count;
}

static bool check_holds(const struct block *b) {
    return check_times_held(quick_state(), b) != 0;
}

static void check_flush(void) { quick_flush(quick_state(), heap_state()); }

static uintptr_t check_zero_from(void) {
    return slot_map(heap_state(), HIGH_WATER);
}

static struct check_part check_held_part(void) {
    return (struct check_part){quick_state(), sizeof quick};
}

static void check_forget_released(void) {
    for (size_t n = 0; n < QUICK_SIZES; n++)
        for (size_t i = quick.list[n].count; i < QUICK_DEPTH; i++)
            quick.list[n].held[i] = NULL;
}

static void check_forget(void) {
    heap = (struct heap){0};
    quick = (struct quick){0};
}

/* Bytes of a payload before those of the user, and behind them. */
enum { OWN_BEFORE = 0, OWN_BEHIND = 0 };

#endif
