/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family with its invariants exported: the same source as dist/, for
 * the tests to call check() after every step. Where pools start is known to
 * the tests, which see memory grow.
 */
#include TLSF_BUILD

#include TLSF_CHECK

enum { POOLS = 1024 };
static void *pools[POOLS];
static size_t pool_count;

void check_add_pool(void *start) {
    if (pool_count == POOLS) __builtin_trap();
    pools[pool_count++] = start;
}

/* The number of the first invariant that is broken, or 0. */
int check(void) { return check_family(pools, pool_count); }
