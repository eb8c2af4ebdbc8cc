/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Blocks: memory as a row of them. Knows nothing of bins or of where memory
 * comes from.
 *
 *          struct block *b                     block_at(b, size)
 *          |                                   |
 *          v                                   v
 *   used   [ ... | header | payload ........... ][ header | ...
 *   free   [ ... | header | next | link | .. tag ][ header | ...
 *                ^ this block's size counts from here to the next header
 *
 * A header is one word: the distance in bytes to the next header, with two
 * flags in its low bits. A free block ends in its tag, its own address, so
 * that the block after it can find it; a used block has payload there and
 * pays for nothing but its header. `b` points one word before the header, at
 * the previous block's tag, which makes every field's offset positive; that
 * word is ours only while PREV_FREE is set.
 */
#ifndef TLSF_BLOCK_H
#define TLSF_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "tlsf_config.h"

/*
 * Where the fast build does not inline: APART, because the ways that are short
 * are shorter without it; RARE, because its bytes count for more than its time.
 */
#if TLSF_FAST
#define APART __attribute__((noinline))
#else
#define APART
#endif
#if TLSF_FAST && defined __clang__
#define RARE __attribute__((noinline, minsize)) /* gcc has no minsize */
#else
#define RARE APART
#endif

/* What malloc.c inlines, but not in tlsf-min.wasm: for time, as the table in
   bench/IDEAS.md has it. */
#if TLSF_TAIL
#define INLINE inline __attribute__((always_inline))
#else
#define INLINE
#endif

struct block {
    struct block *prev; /* tag of the block before, while that one is free */
    size_t header;      /* size, plus USED and PREV_FREE; free: size alone */
    struct block *next; /* free only: the next block of the same bin */
    struct block *link; /* free, or an end (heap.h): whose `next` points here */
};

enum {
    WORD = sizeof(size_t),
    HEAD = 2 * WORD, /* from a block's address to its payload */
    USED = 1,
    PREV_FREE = 2,
    FLAGS = USED | PREV_FREE,
    /* header, next, link and tag: what a block must hold when it is free */
    BLOCK_MIN = TLSF_ALIGN > 4 * WORD ? TLSF_ALIGN : 4 * WORD,
};

/* Larger requests fail at once: no sum can wrap, and no size is so large that
   as a float it is the next power of two. */
#define REQUEST_MAX ((SIZE_MAX >> (WORD > 4)) - 256 - 2 * TLSF_ALIGN)

_Static_assert(offsetof(struct block, next) == HEAD, "payload is the links");
_Static_assert((BLOCK_MIN & (BLOCK_MIN - 1)) == 0, "BLOCK_MIN is 2^n");
_Static_assert(TLSF_ALIGN > FLAGS, "flags fit below the granule");

static struct block *block_at(struct block *b, size_t distance) {
    return (struct block *)((uintptr_t)b + distance);
}

static size_t block_size(const struct block *b) {
    return b->header & ~(size_t)FLAGS;
}

static bool block_is_free(const struct block *b) { return !(b->header & USED); }

static void *block_payload(struct block *b) {
    return (void *)((uintptr_t)b + HEAD);
}

static struct block *block_of(const void *payload) {
    return (struct block *)((uintptr_t)payload - HEAD);
}

static uintptr_t align_up(uintptr_t n, size_t align) {
    return (n + align - 1) & ~(uintptr_t)(align - 1);
}

/* n, but the compiler does not know where it comes from: what is made of it
   is made where it stands. */
static size_t opaque(size_t n) {
#ifndef __clang_analyzer__ /* which may know all */
    __asm__("" : "+r"(n));
#endif
    return n;
}

/* The first block of a pool that begins at `start`. */
static struct block *pool_first(uintptr_t start) {
    return (struct block *)(align_up(start + WORD, TLSF_ALIGN) - HEAD);
}

/* The block that a request takes; request <= REQUEST_MAX. */
static size_t block_size_for(size_t request) {
    size_t size = align_up(request + WORD, TLSF_ALIGN);
    return BLOCK_MIN > TLSF_ALIGN && size < BLOCK_MIN ? BLOCK_MIN : size;
}

#endif
