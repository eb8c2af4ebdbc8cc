/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The C family for speed, over one heap and its quick lists. */
#ifndef TLSF_FAST_FAMILY_H
#define TLSF_FAST_FAMILY_H

#include "quick.h"

#include "grow.h"

#include "../core/move.h"

enum {
    ROOM_MIN = 1 << 10,    /* smaller blocks get no room to grow */
    ROOM_TWICE = 6 << 10,  /* up to here they get room to grow twice */
    EXTEND_MIN = 64 << 10, /* up to here once; above, memory grows instead */
};

enum { STATE_SIZE = sizeof(struct heap) + sizeof(struct quick) };

#include "state.h"

struct quick quick OWN("quick");
struct heap heap OWN("heap");

static struct heap *heap_state(void) { return STATE_AT(&heap, 0); }

static struct quick *quick_state(void) { return STATE_AT(&quick, sizeof heap); }

#include "growth.h"

/* Memory grows only if what the quick lists hold does not help. */
static void *malloc_more(size_t size) {
    quick_flush(quick_state(), heap_state());
    void *p = heap_serve(heap_state(), size, size);
    if (!p && heap_more(heap_state(), size))
        p = heap_serve(heap_state(), size, size);
    return p ? p : heap_fail();
}

void *family_malloc(size_t size) {
    struct block *b = quick_alloc(quick_state(), heap_state(), size);
    if (b) return block_payload(b);
    if (size > REQUEST_MAX) return heap_fail();
    size = block_size_for(size);
    void *p = heap_serve(heap_state(), size, size);
    return p ? p : malloc_more(size);
}

void family_free(void *p) {
    if (!p || quick_push(quick_state(), block_of(p))) return;
    heap_free(heap_state(), block_of(p));
}

/*
 * Finds another block for one that grows, from what is free already; or NULL,
 * which is no failure: the caller may grow memory. A block that grows will
 * grow again, so this prefers room to do so by half, once or twice. If there
 * is no such block, the quick lists are emptied, since what they hold may be
 * what follows the block that grows.
 */
static void *realloc_hole(size_t request) {
    if (request < ROOM_MIN) return family_malloc(request);
    size_t size = block_size_for(request);
    void *p = NULL;
    if (size <= ROOM_TWICE)
        p = heap_serve(heap_state(), size, 2 * size + size / 4);
    if (!p && size <= EXTEND_MIN)
        p = heap_serve(heap_state(), size, size + size / 2);
    if (!p) p = heap_serve(heap_state(), size, size);
    if (!p) quick_flush(quick_state(), heap_state());
    return p;
}

/* Shrinks a block in place, grows it into the block after, or moves it. From
   EXTEND_MIN on memory grows behind the block if there is no hole. It never
   slides down into the block before: that gains neither time nor memory here.
 */
void *family_realloc(void *p, size_t request) {
    if (!p) return family_malloc(request);
    if (request > REQUEST_MAX) return heap_fail();
    struct block *b = block_of(p);
    size_t size = block_size_for(request), old = block_usable_size(b);
    if (old + WORD == size) return p;
    struct block *n = block_at(b, old + WORD);
    if (old + WORD < size && old + block_room(n) < request) {
        void *q = realloc_hole(request);
        if (!q && size >= EXTEND_MIN) {
            heap_extend(heap_state(), n, size - (old + WORD));
        }
        if (q) return heap_move(heap_state(), q, b, old);
    }
    size_t room = block_room(n), have = old + room;
    if (have < request) {
        void *q = family_malloc(request);
        return q ? heap_move(heap_state(), q, b, old) : NULL;
    }
    if (room) heap_take(heap_state(), n);
    return heap_trim(heap_state(), b, have + WORD, size, PREV_FREE);
}

#include "../core/family.h"

/* Clears a block's payload. In a block at or above the high-water mark `from`
   it clears only what a free block wrote. `from` is NULL at the first call:
   memory that exists then may have been used. */
static void calloc_clear(struct block *b, const struct block *from) {
    if (!from || block_is_before(b, from)) {
        bytes_clear(block_payload(b), block_usable_size(b));
    } else {
        block_clear_marks(b);
    }
}

void *family_calloc(size_t count, size_t size) {
    size_t bytes = product(count, size);
    const struct block *from = slot_first(heap_state(), HIGH_WATER);
    void *p = family_malloc(bytes);
    if (p) calloc_clear(block_of(p), from);
    return p;
}

#endif
