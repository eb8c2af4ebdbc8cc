/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The core API: a heap over memory that you provide, in any number of pools.
 * It needs no libc and no wasm; only the build parameters of tlsf_config.h
 * shape it. Everything is O(1) but for the bytes that tlsf_realloc copies,
 * and for tlsf_walk and tlsf_check, which visit every block.
 *
 *     static char memory[65536];
 *     static struct tlsf heap;              // all zero: an empty heap
 *     tlsf_add_pool(&heap, memory, sizeof memory);
 *     void *p = tlsf_malloc(&heap, 100);
 *
 * There is no lock: calls for the same heap must not overlap.
 */
#ifndef TLSF_H
#define TLSF_H

#include <stdbool.h>
#include <stddef.h>

#include "tlsf_config.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tlsf;

/*
 * Called when no free block is large enough, with the bytes that a new pool
 * must have to serve the request whatever its alignment. It adds memory with
 * tlsf_add_pool or tlsf_extend_pool and returns true, or returns false and
 * the request fails. It is called once for a request. To give memory back,
 * its owner takes the whole of it and drops the heap.
 */
typedef bool tlsf_more(struct tlsf *heap, size_t bytes, void *context);

/* A heap. The fields but `more` and `context` are private. */
struct tlsf {
    void *slot[TLSF_WORDS];
    tlsf_more *more; /* NULL: the heap has what its pools have */
    void *context;   /* passed to `more` */
};

/* An empty heap: no pools, no hook. All bytes zero is the same. */
void tlsf_init(struct tlsf *heap);

/*
 * Makes the `bytes` bytes from `start` on (any address, any length) a pool.
 * Returns how many of them it uses, from start on; 0, and nothing is changed,
 * if they are too few for one block. Undefined if they overlap another pool.
 */
size_t tlsf_add_pool(struct tlsf *heap, void *start, size_t bytes);

/*
 * Lengthens a pool by the `bytes` bytes behind it: `end` is start + used of
 * tlsf_add_pool, plus what earlier extensions used. A free block before the
 * end grows. Returns how many are used; 0 if they are too few.
 */
size_t tlsf_extend_pool(struct tlsf *heap, void *end, size_t bytes);

/* `size` bytes aligned to TLSF_ALIGN, or NULL. Size 0 is a block too. */
void *tlsf_malloc(struct tlsf *heap, size_t size);

/* The same, aligned to `align`: a power of two, else NULL. */
void *tlsf_aligned_alloc(struct tlsf *heap, size_t align, size_t size);

/*
 * p's bytes in a block of `size` bytes: in place to shrink, or to grow into
 * the free block after; else moved, aligned to TLSF_ALIGN; and where the hook
 * adds nothing for that, down into the free block before. NULL leaves p as it
 * was. p == NULL is tlsf_malloc.
 */
void *tlsf_realloc(struct tlsf *heap, void *p, size_t size);

/* Gives p back; NULL does nothing. Undefined if p is no live block of heap. */
void tlsf_free(struct tlsf *heap, void *p);

/* The bytes that p may hold; 0 for NULL. */
size_t tlsf_usable_size(const void *p);

/* A block as tlsf_walk shows it. */
struct tlsf_block {
    void *payload;       /* what malloc returned, if used */
    size_t size;         /* bytes of memory, its header included */
    size_t payload_size; /* bytes that it may hold */
    bool used;
};

/* Return false to stop. The heap must not be changed meanwhile. */
typedef bool tlsf_visit(struct tlsf_block block, void *context);

/* Shows every block of the pool that was added at `start`, upwards. */
void tlsf_walk(void *start, tlsf_visit *visit, void *context);

/*
 * The number of an invariant in src/core/heap.h that does not hold, or 0.
 * `pools` are the starts of all `count` pools of the heap. Made for tests:
 * a heap that was overwritten may make it read outside its pools.
 */
int tlsf_check(const struct tlsf *heap, void *const *pools, size_t count);

#ifdef __cplusplus
}
#endif

#endif
