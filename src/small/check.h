/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The C family's heap checked, and what tests ask of a build. */
#ifndef TLSF_FAMILY_CHECK_H
#define TLSF_FAMILY_CHECK_H

#include "../core/check.h"

enum { HAS_QUICK = 0 }; /* does the build have quick lists? */

/* The number of an invariant of the heap that does not hold, or 0. */
static int check_own_heap(void *const *pools, size_t n) {
    return check_heap(heap_state(), pools, n);
}

/* The same for the heap and all that the build has beside it. */
static int check_family(void *const *pools, size_t n) {
    return check_own_heap(pools, n);
}

/* The last pool's end marker, or NULL. */
static struct block *check_end(void) { return slot_first(heap_state(), END); }

/* Memory grows by 1/32 of what lies between here and the end more than is
   missing, for a heap that starts at `start`. */
static uintptr_t check_slack_from(uintptr_t start) { return start - WORD; }

/* How many freed blocks are held back, in use for their neighbours. */
static size_t check_held_count(void) { return 0; }

/* Is a used block one of these? */
static bool check_holds(const struct block *b) {
    (void)b;
    return false;
}

/* Frees them. */
static void check_flush(void) {}

/* From where on memory is known to be zero. */
static uintptr_t check_zero_from(void) { return UINTPTR_MAX; }

/* Where they are noted, if there is such a place. */
static struct check_part check_held_part(void) {
    return (struct check_part){NULL, 0};
}

/* Forgets the notes of blocks that are held no more. */
static void check_forget_released(void) {}

/* The heap has never been used. */
static void check_forget(void) { heap = (struct heap){0}; }

#endif
