/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the build that names misuse has beside its flat heap, for heap.o: guards
 * and their list, and free blocks that are dead. (core/rest.h is the other
 * answer.)
 *
 * 10. The list of guards holds each used block that has one, in both
 *     directions, and all fences are whole.
 * 11. Free blocks are dead.
 */
#ifndef TLSF_REST_H
#define TLSF_REST_H

#include "../core/check_rows.h"
#include "dead.h"
#include "view.h"

/* heap.o comes behind core/row.h. */
static struct block *row_first(void);
static struct block *row_next(struct block *b);

/* The family tells the program of what is wrong. */
void family_require(bool holds, const struct block *b) OWN("require");

static void heap_require(bool holds, const struct block *b) {
    family_require(holds, b);
}

/* Is this address that of a guard with all that is around it? Reads the heap's
   memory only. */
static bool check_is_guard(const struct check *c, struct guard *g) {
    uintptr_t at = (uintptr_t)guard_bytes(g);
    struct block *b = guard_block(g);
    if (at % TLSF_ALIGN || !check_is_block(c, b)) return false;
    if (!block_is_there(c->h, b) || !view_has_guard(b)) return false;
    size_t size = block_size(b);
    if (g->size > size || block_size_for(g->size + GUARD_COST) > size)
        return false;
    return guard_has_fence_behind(g);
}

/* Follows the list, in which `count` guards must be. It can't run in a circle:
   the guard where that begins would have two older ones. */
static int check_guards(const struct check *c, size_t count) {
    const struct guard *older = &ends;
    for (struct guard *g = ends.newer; g != &ends; g = g->newer) {
        if (!check_is_guard(c, g) || g->older != older) return 10;
        older = g;
        count--;
    }
    return ends.older == older && !count ? 0 : 10;
}

static bool check_is_dead(struct block *b) {
    uintptr_t to = dead_to(block_at(b, block_free_size(b)));
    return !bytes_other(dead_from(b), to, DEAD);
}

static int check_rest(const struct check *c) {
    size_t count = 0;
    for (struct block *b = row_first(); b; b = row_next(b)) {
        if (!block_is_free(b)) {
            count += view_has_guard(b);
        } else if (!check_is_dead(b)) {
            return 11;
        }
    }
    return check_guards(c, count);
}

/* What is free dies below, links and all. */
static void rest_forget(void) {}

/* The pool from b to `end` became one free block: it is dead, and no block is
   live. */
static void rest_reset(struct block *b, struct block *end) {
    ends.older = ends.newer = &ends;
    bytes_fill(dead_from(b), dead_to(end), DEAD);
}

#endif
