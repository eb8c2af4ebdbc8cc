/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Asks and tells the heap of the C family (tlsf_malloc.h): what it holds,
 * whether it is whole, how far it may grow. The functions are in archives only,
 * and a program that calls none of them has the same bytes as without them.
 *
 *     struct tlsf_heap_stats stats;
 *     tlsf_heap_stats(&stats);
 *     printf("%zu bytes in use\n", stats.used_bytes);
 *
 *     for (struct tlsf_block block = {0}; tlsf_heap_walk(&block);)
 *         if (block.used) printf("%p: %zu\n", block.payload, block.size);
 *
 * They ask the heap of the archive. If the program has another malloc, that one
 * stays unseen. A call must not overlap another one, of the C family either,
 * but with libtlsf-threads.a: there each takes the lock, and any thread may
 * call any of them at any time, but tlsf_heap_reset. What visits blocks holds
 * the lock meanwhile, O(blocks). docs/heap.md says what holds between two
 * calls.
 */
#ifndef TLSF_HEAP_OBJECT_H
#define TLSF_HEAP_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "tlsf_block.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a heap holds. Bytes of a block are those that it may hold
 * (malloc_usable_size), without its header. With libtlsf-checked.a they are the
 * bytes that were asked for, and of a free block those that can be asked for.
 *
 * All fields are words: 40 bytes with wasm32, 80 with wasm64. struct tlsf_block
 * has 16 and 32; its `used` is one byte, at 12 and at 24.
 */
struct tlsf_heap_stats {
    size_t used_blocks;
    size_t used_bytes;
    size_t free_blocks;
    size_t free_bytes;
    size_t largest_free; /* bytes of the largest free block; malloc of so many
                            needs no growth, except for the bound that
                            tlsf_malloc.h gives */
    /* Bytes of memory that the heap has, with all headers. They never become
       fewer, so this is also the most that it ever had. The most bytes that
       were ever in use at once is not known: each call would have to count. */
    size_t heap_bytes;
    size_t pools;   /* parts of it, which others' memory divides */
    size_t growths; /* how often it took memory, the first time too */
    size_t pages;   /* the pages of 64 KiB of all memory, others' included,
                       the last one perhaps in part; with Emscripten up
                       to the break, in libtlsf-tiny.a at the start */
    size_t fragmentation; /* the part of free_bytes that is not in the largest
                             free block, in thousandths: 0 to 1000 */
};

/* Fills in all fields of `stats`, which must not be NULL. Visits every block.
   With libtlsf-hard.a it traps at a header that does not agree with its
   neighbours, and with libtlsf-checked.a that is a fault. */
void tlsf_heap_stats(struct tlsf_heap_stats *stats);

/*
 * Goes on to the next block, upwards in memory, and returns true; or returns
 * false behind the last one. It starts where `block->payload` is NULL; `block`
 * must not be NULL. It traps or faults where tlsf_heap_stats does. O(1).
 * Undefined if the heap changed since the step before, other than in contents
 * of used blocks. (With libtlsf-threads.a it may: each block that lives all the
 * while is shown once. A step then visits the blocks before.)
 */
bool tlsf_heap_walk(struct tlsf_block *block);

/*
 * Returns 0 if the heap is whole, else the number of an invariant that does not
 * hold: docs/design.md lists them. Something then wrote where it must not. It
 * changes nothing, and visits every block. It reads the heap's own memory only,
 * and returns whatever that holds.
 */
int tlsf_heap_check(void);

/*
 * Frees all blocks at once: every pointer that malloc
 * and its kin returned is then invalid, also those that a C library keeps for
 * itself. The heap keeps its memory. Takes O(1) and a step for each pool; with
 * libtlsf-hard.a a step for each block, since it clears the links of those that
 * are free, and it traps where the heap is not whole; with libtlsf-checked.a a
 * step for each byte of the heap, since all that is free is filled.
 * With libtlsf-threads.a too it must not overlap another call of the heap: a
 * thread that copies outside the lock would come back to a block that is no
 * more.
 */
void tlsf_heap_reset(void);

/*
 * From now on malloc and its kin grow memory only so that all of it, data and
 * stack included, has at most `bytes` bytes, in whole pages; a request that
 * needs more fails as if there were no memory. What is there remains. SIZE_MAX
 * is no limit, as at first. O(1). (In libtlsf-tiny.a memory never grows, so any
 * limit holds and nothing changes.)
 */
void tlsf_heap_limit(size_t bytes);

/*
 * Grows memory now, if need be, so that a block of `bytes` bytes can be had
 * without growth, or instead of it any blocks that take no more, with their
 * headers and roundings. Returns false if it can't, and errno is as malloc sets
 * it. O(1), except for growing memory. It calls malloc and free by their names.
 */
bool tlsf_heap_reserve(size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
