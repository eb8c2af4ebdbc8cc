/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the build for debugging (libtlsf-checked.a, tlsf-checked.wasm) has
 * beside the C family of tlsf_malloc.h: it finds misuse at the call that is
 * wrong, and it knows all live blocks.
 *
 * A block costs about 64 bytes more than its size, and the family's functions
 * take time in proportion to the bytes of the block: they fill what they hand
 * out with 0xcd, what is freed with 0xdd and what lies behind a block with
 * 0xfd, and look whether freed bytes and those around blocks are still so. So a
 * program that reads memory that it never wrote, or that it freed, sees these
 * bytes. malloc_usable_size gives the very size that was asked for. All else is
 * as tlsf_malloc.h says.
 */
#ifndef TLSF_CHECKED_H
#define TLSF_CHECKED_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is wrong, and what `pointer` of tlsf_fault then is. */
enum tlsf_fault_kind {
    TLSF_MISALIGNED = 1,   /* it is no multiple of 16: never a block's */
    TLSF_FOREIGN = 2,      /* it lies outside of the heap's memory */
    TLSF_FREED = 3,        /* it was freed, or realloc moved its block */
    TLSF_INTERIOR = 4,     /* no block begins there */
    TLSF_WRITE_BEFORE = 5, /* bytes before this block were written */
    TLSF_WRITE_BEHIND = 6, /* bytes behind this block were written */
    TLSF_WRITE_FREED = 7,  /* this word of freed memory was written */
    TLSF_BROKEN_HEAP = 8   /* what the heap itself has there is wrong */
};

/*
 * Called once a fault is found: by free, realloc and malloc_usable_size for a
 * pointer that is none of a live block, or whose block was written around; by
 * all that allocate for freed memory that was written; by any for a broken
 * heap. Define it to print, or to leave by longjmp, in an object of the program
 * or in an archive that comes before libtlsf-checked.a. If it returns, the call
 * traps. Without a definition of yours the call traps in a function whose name
 * says what it found, such as fault_freed_pointer: a stack trace shows it.
 *
 * After a fault of a pointer or of a write around a block the heap is as it was
 * before the call. After TLSF_WRITE_FREED it goes on, too: the block that would
 * have been handed out is lost, and realloc's own block is as it was. After
 * TLSF_BROKEN_HEAP it must not be used any more: the call may have stopped half
 * way.
 */
void tlsf_fault(enum tlsf_fault_kind kind, const void *pointer);

/* What the last call of tlsf_fault was told, or kind 0. For a host that caught
   the trap. O(1). */
struct tlsf_faulted {
    size_t kind;
    const void *pointer;
};
const struct tlsf_faulted *tlsf_faulted(void);

/*
 * The live blocks in the order of their allocation: the one after `p`, the
 * first one if `p` is NULL, and NULL behind the last one. What is left at the
 * end of a program is a leak:
 *
 *   for (void *p = tlsf_live_next(NULL); p; p = tlsf_live_next(p))
 *       printf("%zu: %zu bytes\n", tlsf_live_order(p), malloc_usable_size(p));
 *
 * A fault if p is no live block. O(1), except for the bytes behind p.
 */
void *tlsf_live_next(void *p);

/* The number of p's allocation, counted from 1 over all blocks; realloc keeps
   it. A fault if p is no live block. O(1), except for the bytes behind p. */
size_t tlsf_live_order(void *p);

/*
 * Looks at every live block, at what lies around it and at the freed memory
 * behind it, and returns how many blocks there are. Calls tlsf_fault for the
 * first fault. Takes time in proportion to the live blocks and free bytes.
 */
size_t tlsf_live_check(void);

#ifdef __cplusplus
}
#endif

#endif
