/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The core API: a heap over memory that you provide, in any number of pools.
 * It needs no libc and no wasm; only the parameters of tlsf_config.h shape it.
 * Everything is O(1), except for the bytes that tlsf_realloc copies, and for
 * tlsf_walk and tlsf_check, which visit every block.
 *
 *     static char memory[65536];
 *     static struct tlsf heap;              // all zero: an empty heap
 *     tlsf_add_pool(&heap, memory, sizeof memory);
 *     void *p = tlsf_malloc(&heap, 100);
 *
 * No request fails, and no hook is called, while a free block is large enough,
 * except that a block up to 1/TLSF_SLLEN larger than needed may stay unseen
 * behind seven that are too small: docs/design.md says it in bytes.
 *
 * There is no lock: calls for the same heap must not overlap.
 */
#ifndef TLSF_H
#define TLSF_H

#include <stdbool.h>
#include <stddef.h>

#include "tlsf_block.h"
#include "tlsf_config.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tlsf;

/*
 * The growth hook. It is called, once for a request, when no free block is
 * large enough. `bytes` is what a new pool needs to serve the request, whatever
 * its alignment. The hook adds memory with tlsf_add_pool or tlsf_extend_pool
 * and returns true; or it returns false, and the request fails.
 */
typedef bool tlsf_more(struct tlsf *heap, size_t bytes, void *context);

/* A heap. Only the fields `more` and `context` are public. */
struct tlsf {
    void *slot[TLSF_WORDS];
    tlsf_more *more; /* NULL: the heap does not grow */
    void *context;   /* passed to `more` */
};

/* For the linker the names of all functions that take a heap carry the
   parameters (tlsf_config.h). The library has them under their plain names too,
   for bindings to other languages. */
#define tlsf_init TLSF_NAME(tlsf_init)
#define tlsf_add_pool TLSF_NAME(tlsf_add_pool)
#define tlsf_extend_pool TLSF_NAME(tlsf_extend_pool)
#define tlsf_remove_pool TLSF_NAME(tlsf_remove_pool)
#define tlsf_malloc TLSF_NAME(tlsf_malloc)
#define tlsf_aligned_alloc TLSF_NAME(tlsf_aligned_alloc)
#define tlsf_realloc TLSF_NAME(tlsf_realloc)
#define tlsf_free TLSF_NAME(tlsf_free)
#define tlsf_check TLSF_NAME(tlsf_check)

/* An empty heap: no pools, no hook. All bytes zero is the same. */
void tlsf_init(struct tlsf *heap);

/*
 * Makes the `bytes` bytes at `start`, any address and length, a pool. Returns
 * how many of them it uses, from start on; or 0, and changes nothing, if they
 * are too few for one block. Undefined if they overlap another pool.
 */
size_t tlsf_add_pool(struct tlsf *heap, void *start, size_t bytes);

/*
 * Lengthens a pool by the `bytes` bytes behind it. `end` is where it ends: its
 * start, plus what tlsf_add_pool and each extension returned. A free block
 * before the end grows. Returns how many bytes it uses; 0 if they are too few.
 */
size_t tlsf_extend_pool(struct tlsf *heap, void *end, size_t bytes);

/*
 * Takes the pool that was added at `start`, with all that extended it, from the
 * heap: true if all of it is free. It is then the caller's memory again.
 * Otherwise it returns false and nothing changes. O(1); a growth hook may call
 * it too. Undefined if no pool of the heap begins there.
 */
bool tlsf_remove_pool(struct tlsf *heap, void *start);

/* `size` bytes aligned to TLSF_ALIGN, or NULL. A size of 0 gives a block too.
 */
void *tlsf_malloc(struct tlsf *heap, size_t size);

/* The same, aligned to `align`; NULL if that is no power of two. */
void *tlsf_aligned_alloc(struct tlsf *heap, size_t align, size_t size);

/*
 * Changes the size of a block. It shrinks in place, or grows into the free
 * block after it; else it moves, and is then aligned to TLSF_ALIGN. If the hook
 * adds nothing for a move, it slides down into the free block before it. If it
 * returns NULL, p is unchanged. If p is NULL, it is the same as tlsf_malloc.
 */
void *tlsf_realloc(struct tlsf *heap, void *p, size_t size);

/* Frees p; NULL does nothing. Undefined if p is no live block of the heap. */
void tlsf_free(struct tlsf *heap, void *p);

/* The bytes that p may hold; 0 for NULL. */
size_t tlsf_usable_size(const void *p);

/* Return false to stop. The heap must not be changed meanwhile. */
typedef bool tlsf_visit(struct tlsf_block block, void *context);

/* Shows every block of the pool that was added at `start`, upwards. */
void tlsf_walk(void *start, tlsf_visit *visit, void *context);

/*
 * Returns the number of an invariant (core/heap.h lists them) that does not
 * hold, or 0. `pools` are the starts of all `count` pools of the heap. Made for
 * tests: in a heap that was overwritten it may read outside the pools.
 */
int tlsf_check(const struct tlsf *heap, void *const *pools, size_t count);

#ifdef __cplusplus
}
#endif

#endif
