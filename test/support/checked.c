/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family with its invariants exported: the same source as dist/, for
 * the tests to call check() after every step. Where pools start is known to
 * the tests, which see memory grow.
 */
#include "build.h"

enum { POOLS = 1024 };
static void *pools[POOLS];
static size_t pool_count;

void check_add_pool(void *start) {
    if (pool_count == POOLS) __builtin_trap();
    pools[pool_count++] = start;
}

/* The number of the first invariant that is broken, or 0. */
int check(void) { return check_family(pools, pool_count); }

/* What the shadow model must know of blocks (test/support/costs.js), in
   bytes. */
size_t check_block_cost(void) { return BLOCK_COST + OWN_BEFORE + OWN_BEHIND; }
size_t check_own_before(void) { return OWN_BEFORE; }
size_t check_end_cost(void) { return OWN_BEHIND + BLOCK_COST; }
size_t check_granule(void) { return TLSF_ALIGN; }
size_t check_least_block(void) { return BLOCK_MIN; }
void *check_first_payload(void *start) {
    return (char *)block_payload(check_first(start)) + OWN_BEFORE;
}

/* The blocks in use that a walk over the first pool finds: how many, and the
   sum of their addresses. */
struct {
    size_t count, sum;
} check_used;

void check_walk(void *start) {
    check_used.count = check_used.sum = 0;
    struct block *b = check_first(start);
    for (; block_size(b); b = block_at(b, block_size(b))) {
        if (block_is_free(b)) continue;
        check_used.count++;
        check_used.sum += (size_t)block_payload(b);
    }
}
