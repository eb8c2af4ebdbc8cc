/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The heap: keeps the row of blocks and the bins in agreement. A free block
 * goes out by heap_take, and comes in by heap_put or, in the fast build,
 * heap_split; where memory grows the tail goes otherwise (heap_claim). Knows
 * nothing of where memory comes from: the door that includes this file
 * (malloc.c, tlsf.c) defines what is only declared here.
 *
 * Between operations the following holds; check.h is this list as code.
 *
 *  1. A pool is a row of blocks without holes; it ends in its end marker, a
 *     used block of size 0 of which only the header exists (but see 8).
 *  2. Every other size is a multiple of TLSF_ALIGN, at least BLOCK_MIN, and
 *     every payload is aligned to TLSF_ALIGN.
 *  3. PREV_FREE is set exactly where the block before is free; `prev` then
 *     holds its address. The first block of a pool has it clear.
 *  4. No two neighbours are free.
 *  5. A free block's header is its size alone, and it is in the bin
 *     bins_floor(size), or it is the tail or the remainder, the one free block
 *     of a bin of its own: b->link->next == b, and b->next->link == b.
 *  6. A bin's bit is set exactly while it holds a block, a row's bit in the
 *     root exactly while its map is not zero, and no other bit is set.
 *  7. The bins hold the free blocks of the pools and nothing else.
 *  8. `end` is NULL or the last pool's end marker. With TLSF_TAIL, `tail` is
 *     the free block before it, or the end itself, whose header is less than
 *     any size; NULL if that is. The tail's list ends in the end, not in NULL:
 *     bins_join then writes the end's `link`, which nobody needs, and so leaves
 *     the index alone. Such an end has links therefore; its `next` is never
 *     touched. In the fast build `fresh` lies between the tail and the end of
 *     memory: what is behind it was never written, but for the end.
 */
#ifndef TLSF_HEAP_H
#define TLSF_HEAP_H

#include "bins.h"
#include "bytes.h"

enum {
    /* In the fast build memory grows behind a block from this size on, if there
       is no hole for it; up to it the hole rather has room. */
    EXTEND_MIN = 1 << 16,
    TAIL_ROOM = 1 << 11, /* what is larger with its room is not of the tail */
    /* From the last pool's end marker on to the end of memory: (8). */
    LINKS_SIZE = TLSF_ALIGN > 2 * WORD ? TLSF_ALIGN : 2 * WORD,
    END_LINKS = TLSF_TAIL ? LINKS_SIZE : 0,
    END_SIZE = HEAD + END_LINKS,
};

/* NULL, once errno says why: what a request that can't be met returns. */
static void *heap_fail(void);

/* A free block of at least `size` bytes, from memory newly had; or NULL. */
static struct block *heap_more(struct heap *h, size_t size);

/*
 * If memory can grow right behind n, where n is the free block before the end
 * or the end itself, n is a free block of at least `size` bytes then.
 */
static void heap_extend(struct heap *h, struct block *n, size_t size);

/*
 * The door's own malloc and free over h. What the rest of this file
 * needs of these it takes from there, so that an exported function need not
 * be the shell of a private one (26 bytes of tlsf.wasm).
 */
static void *door_alloc(struct heap *h, size_t request);
static void door_free(struct heap *h, void *p);
static void *door_realloc(struct heap *h, void *p, size_t request);

/* Can door_alloc have lengthened a free neighbour although it failed? */
static bool door_is_hooked(void);

/* door_alloc, of a large block only from what is free already; NULL is no
   failure. For the fast build, which would rather copy it than grow memory. */
static void *door_hole(struct heap *h, size_t request);

/* Out of its bin; returns its size. Its neighbours do not know yet. */
static size_t heap_take(struct heap *h, struct block *b) {
    bins_remove(h, b);
    return b->header;
}

/* All before b, the tail or the end, has been had: `fresh` lies no further
   before. What is behind it was never written, but for the words of a free
   block there and of the end: calloc need not clear it. */
static void heap_touch(struct heap *h, struct block *b) {
    if (b > h->slot[FRESH].first) h->slot[FRESH].first = b;
}

/*
 * Where a free block b goes, of which n is the next. Two are kept out of the
 * index, as they change with nearly every call: the tail, which lies before
 * the end of memory and is used last, so that holes fill up before it and
 * what lies before it can grow; and, in the fast build, the remainder, which
 * small requests are cut from.
 */
static struct block *heap_link(struct heap *h, struct block *b,
                               const struct block *n) {
    if (TLSF_TAIL && n == h->slot[END].first) {
        if (TLSF_FAST) heap_touch(h, b);
        /* A branch (wasm-opt's -Oz makes it a select): no wait for a float. */
        return (struct block *)opaque((uintptr_t)slot_link(h, TAIL));
    }
    if (TLSF_FAST && !h->slot[REMAINDER].first) return slot_link(h, REMAINDER);
    return bins_floor(h, b->header);
}

/* The `size` bytes at b are free; n, which follows, is told. */
static void block_free(struct block *b, struct block *n, size_t size) {
    n->prev = b;
    n->header |= PREV_FREE;
    b->header = size;
}

/*
 * `size` bytes at b become free; the block before is in use. Of no bytes the
 * block at b learns the latter, so that no caller need ask (but in the fast
 * build).
 *
 *   [ b ][ free? ] => [ ---- free ---- ]
 */
static void heap_put(struct heap *h, struct block *b, size_t size) {
    struct block *n = block_at(b, size);
    if (!TLSF_FAST && !size) {
        n->header &= ~(size_t)PREV_FREE;
        return;
    }
    if (n->header & USED) {
        n->header |= PREV_FREE;
    } else {
        size += heap_take(h, n);
    }
    n = block_at(b, opaque(size)); /* 2 bytes of tlsf-min.wasm */
    n->prev = b;
    b->header = size;
    bins_insert(h, b, heap_link(h, b, n));
}

/* [ free? ][ b ] => [ ---- free ---- ] */
APART static void heap_free(struct heap *h, void *p) {
    if (!TLSF_FAST && !p) return;
    struct block *b = block_of(p);
    size_t size = block_size(b);
    if (b->header & PREV_FREE) {
        b = b->prev;
        size += heap_take(h, b);
    }
    heap_put(h, b, size);
}

/*
 * heap_put where time does not matter: the fast build, which has it in
 * heap_free, then needs at least a block. Its stacks (quick.h) may hand out one
 * of which `flags` has PREV_FREE.
 */
static void heap_give(struct heap *h, struct block *b, size_t size,
                      size_t flags) {
    if (!TLSF_FAST) {
        heap_put(h, b, size);
        return;
    }
    b->header = size | flags;
    heap_free(h, block_payload(b));
}

/*
 * Of the `have` bytes at b, which are in no bin, `size` become a used block
 * and the rest goes back: [ ---- b ---- ] => [ b, used ][ rest? ]. Of its
 * flags b keeps those in `keep`. Returns b's payload.
 */
static INLINE void *heap_use(struct heap *h, struct block *b, size_t have,
                             size_t size, size_t keep) {
    if (BLOCK_MIN > TLSF_ALIGN && have - size < BLOCK_MIN) size = have;
    struct block *n = block_at(b, size);
    size_t rest = have - size;
    if (TLSF_FAST) n->header &= ~(size_t)PREV_FREE;
    if (!TLSF_FAST || rest) heap_give(h, n, rest, 0);
    b->header = size | USED | (b->header & keep);
    if (TLSF_FAST && n == h->slot[END].first) heap_touch(h, n);
    return block_payload(b);
}

/* A free block of at least `size` bytes, or NULL. */
static struct block *heap_find(const struct heap *h, size_t size) {
    struct block *b = bins_find(h, size);
    if (TLSF_FAST && b) return b;
    if (TLSF_FAST) b = h->slot[REMAINDER].first;
    if (TLSF_FAST && !(b && b->header >= size)) b = h->slot[TAIL].first;
    return TLSF_TAIL && b && b->header < size ? NULL : b;
}

/*
 * heap_use of a whole free block for speed: what comes after it is in use, and
 * what a small request leaves becomes the remainder, in place of another. (For
 * that one too heap_link is told `after`, which is not the end then either.)
 */
static void *heap_split(struct heap *h, struct block *b, size_t size) {
    size_t rest = heap_take(h, b) - size;
    struct block *n = block_at(b, size), *after = block_at(n, rest);
    b->header = size | USED;
    if (!rest) {
        n->header &= ~(size_t)PREV_FREE;
        if (n == h->slot[END].first) heap_touch(h, n);
        return block_payload(b);
    }
    block_free(n, after, rest);
    if (size < SLLEN * TLSF_ALIGN && after != h->slot[END].first) {
        struct block *old = h->slot[REMAINDER].first;
        h->slot[REMAINDER].first = n;
        n->next = NULL;
        n->link = slot_link(h, REMAINDER);
        n = old;
    }
    if (n) bins_insert(h, n, heap_link(h, n, after));
    return block_payload(b);
}

/* `size` bytes of a free block that has `room`, or NULL; of the tail, which
   costs pages, only where that is little more. */
APART static void *heap_serve(struct heap *h, size_t size, size_t room) {
    struct block *b = heap_find(h, room);
    bool costs_pages = room > size && room > TAIL_ROOM;
    if (!b || (costs_pages && b == h->slot[TAIL].first)) return NULL;
    return heap_split(h, b, size);
}

/* Aligned to TLSF_ALIGN. O(1) but for heap_more. */
static void *heap_alloc(struct heap *h, size_t request) {
    if (request > REQUEST_MAX) return heap_fail();
    size_t size = block_size_for(request);
    struct block *b = heap_find(h, size);
    if (!b) b = heap_more(h, size);
    if (!b) return heap_fail();
    return heap_use(h, b, heap_take(h, b), size, 0);
}

/* Bytes that a free neighbour would add. */
static size_t block_room(const struct block *b) {
    return block_is_free(b) ? b->header : 0;
}

/* The bytes of p move to q. */
static void *heap_move(struct heap *h, void *q, void *p, size_t bytes) {
    bytes_copy(q, p, bytes);
    door_free(h, p);
    return q;
}

/*
 * Room behind a block of `have` bytes that is to have `size`: n, which follows
 * it, is lengthened where it ends memory. The fast build rather finds another
 * block for `request` bytes, which it returns.
 */
static void *heap_reach(struct heap *h, struct block *n, size_t have,
                        size_t size, size_t request) {
    if (!TLSF_FAST) {
        heap_extend(h, n, size - have);
        return NULL;
    }
    if (have - WORD + block_room(n) >= request) return NULL;
    void *q = door_hole(h, request);
    if (!q && size >= EXTEND_MIN) heap_extend(h, n, size - have);
    return q;
}

/*
 * In place to shrink, or into the block after, which the end of memory may
 * lengthen; else a new block and a copy; and if memory can't grow for that,
 * down into the block before. (Sliding first would cost two pages more for
 * arrays. The fast build never slides: it gains neither time nor memory.)
 *
 *   [ free? ][ b ][ free? ] => [ b ... ][ free? ]
 *
 * Blocks are compared by their payload, which no request exceeds by wrapping.
 */
static void *heap_realloc(struct heap *h, void *p, size_t request) {
    if (!p) return door_alloc(h, request);
    if (TLSF_FAST && request > REQUEST_MAX) return heap_fail();
    struct block *b = block_of(p);
    size_t size = block_size_for(request);
    size_t old = block_size(b) - WORD;
    if (TLSF_FAST && old + WORD == size) return p;
    struct block *n = block_at(b, old + WORD);
    if (old + WORD < size) {
        void *q = heap_reach(h, n, old + WORD, size, request);
        if (q) return heap_move(h, q, p, old);
    }
    size_t room = block_room(n), have = old + room;
    if (have < request) {
        void *q = door_alloc(h, request);
        if (q) return heap_move(h, q, p, old);
        if (door_is_hooked()) room = block_room(n);
        have = old + room;
    }
    if (have < request) {
        if (TLSF_FAST || !(b->header & PREV_FREE) ||
            have + b->prev->header < request) {
            return NULL;
        }
        b = b->prev;
        have += heap_take(h, b);
        bytes_copy(block_payload(b), p, old);
    }
    if (room) heap_take(h, n);
    return heap_use(h, b, have + WORD, size, PREV_FREE);
}

/* Bytes to skip so that the payload is aligned and what is skipped a block. */
static size_t heap_gap(const struct block *b, size_t mask) {
    uintptr_t at = (uintptr_t)b + HEAD;
    size_t gap = (size_t)(-at & mask);
    bool small = BLOCK_MIN > TLSF_ALIGN && gap && gap < BLOCK_MIN;
    return small ? BLOCK_MIN + (size_t)(-(at + BLOCK_MIN) & mask) : gap;
}

/*
 * align: a power of two.
 *
 *   [ --------- b --------- ] => [ free? ][ used, aligned ][ free? ]
 */
static void *heap_aligned(struct heap *h, size_t align, size_t request) {
    size_t mask = align - 1;
    size_t spare = mask & ~(size_t)(TLSF_ALIGN - 1); /* the largest gap */
    if (BLOCK_MIN > TLSF_ALIGN && spare) spare += BLOCK_MIN;
    size_t least =
        BLOCK_MIN > TLSF_ALIGN ? block_size_for(request) - WORD : request;
    if (least + spare < request) return heap_fail();
    void *p = door_alloc(h, least + spare);
    if (!p) return NULL;
    struct block *front = block_of(p);
    size_t gap = heap_gap(front, mask);
    struct block *b = block_at(front, gap);
    b->header = front->header - gap;
    size_t flags = front->header & PREV_FREE;
    if (!TLSF_FAST || gap) heap_give(h, front, gap, flags);
    return door_realloc(h, block_payload(b), request);
}

#endif
