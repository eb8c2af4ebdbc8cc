/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The heap of the C family and its quick lists as another object of the archive
   sees them; flat/inspect.h explains it. */
#ifndef TLSF_INSPECT_H
#define TLSF_INSPECT_H

#include "quick.h"

#include "grow.h"

_Static_assert(TLSF_ALIGN > (FLAGS | GAP), "three flags below the granule");

extern struct quick quick OWN("quick");
extern struct heap heap OWN("heap");

enum { STATE_SIZE = sizeof heap + sizeof quick };

#include "state.h"

static struct heap *heap_state(void) { return STATE_AT(&heap, 0); }

static struct quick *quick_state(void) { return STATE_AT(&quick, sizeof heap); }

#include "check.h"

/* ---- What exports/heap.h asks for ---- */

static struct block *row_first(void);
static struct block *row_next(struct block *b);

/* The header of a pool's first block says that nothing free is before it. */
static struct block *check_before_pool(struct block *b, struct block *end) {
    (void)b, (void)end;
    return NULL;
}

/* Checks the high-water mark and the quick lists. */
static int check_rest(const struct check *c) {
    int broken = check_high_water(c->h);
    if (broken) return broken;
    size_t count = check_held_count();
    for (struct block *b = row_first(); b; b = row_next(b)) {
        size_t times = check_times_held(quick_state(), b);
        if (times > 1) return 9;
        count -= times;
    }
    return count ? 9 : 0;
}

/* Forgets all blocks. Memory below the high-water mark stays used. */
static void reset_begin(struct heap *h) {
    struct block *end = slot_first(h, END), *mark = slot_first(h, HIGH_WATER);
    bytes_clear(h, sizeof *h);
    bytes_clear(quick_state(), sizeof(struct quick));
    slot_set(h, END, end);
    slot_set(h, HIGH_WATER, mark);
    slot_set(h, TOP, end);
    block_set_end(end);
}

/* Makes a pool one free block. */
static void reset_pool(struct heap *h, struct block *b, struct block *end) {
    heap_put(h, b, (uintptr_t)end - (uintptr_t)b);
}

#endif
