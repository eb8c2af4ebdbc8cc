/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The core API: heap.h over handles, pools and a growth hook. */
#include "tlsf.h"

/* Only the owner of the pools knows where memory ends: nothing is the tail. */
#if TLSF_TAIL
#undef TLSF_TAIL
#define TLSF_TAIL 0
#endif

/* What only malloc.c uses of these stays unused. */
#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include "check.h"
#include "heap.h"

_Static_assert(sizeof(struct heap) == offsetof(struct tlsf, more),
               "struct tlsf begins with a heap");

static struct heap *heap_of(const struct tlsf *t) {
    return (struct heap *)(uintptr_t)t->slot;
}

static void *heap_fail(void) { return NULL; }

static void *door_alloc(struct heap *h, size_t request) {
    return heap_alloc(h, request);
}

static void *door_hole(struct heap *h, size_t request) {
    (void)h, (void)request;
    return NULL;
}

static void door_free(struct heap *h, void *p) { heap_free(h, p); }
static bool door_is_hooked(void) { return true; }

static void *door_realloc(struct heap *h, void *p, size_t request) {
    return heap_realloc(h, p, request);
}

/* The hook's turn; what it added is in the bins. */
static struct block *heap_more(struct heap *h, size_t size) {
    struct tlsf *t = (struct tlsf *)h;
    size_t bytes = size + 2 * TLSF_ALIGN + size / SLLEN;
    if (bytes < size || !t->more || !t->more(t, bytes, t->context)) return NULL;
    return bins_find(h, size);
}

/* Only the owner knows whether memory goes on behind a pool. */
static void heap_extend(struct heap *h, struct block *n, size_t size) {
    (void)h, (void)n, (void)size;
}

/* [ first, size ][end], put into the bins */
static void pool_put(struct heap *h, struct block *first, size_t size) {
    block_at(first, size)->header = USED;
    first->header = size | (first->header & PREV_FREE);
    heap_free(h, block_payload(first));
}

void tlsf_init(struct tlsf *t) { bytes_clear(t, sizeof *t); }

size_t tlsf_add_pool(struct tlsf *t, void *start, size_t bytes) {
    struct block *first = pool_first((uintptr_t)start);
    size_t lead = (size_t)((uintptr_t)first + HEAD - (uintptr_t)start);
    size_t size = (bytes - lead) & ~(size_t)(TLSF_ALIGN - 1);
    if (bytes < lead || size < BLOCK_MIN) return 0;
    first->header = 0;
    pool_put(heap_of(t), first, size);
    return lead + size;
}

size_t tlsf_extend_pool(struct tlsf *t, void *end, size_t bytes) {
    struct block *b = block_of(end);
    size_t size = bytes & ~(size_t)(TLSF_ALIGN - 1);
    size_t least = b->header & PREV_FREE ? TLSF_ALIGN : BLOCK_MIN;
    if (size < least) return 0;
    pool_put(heap_of(t), b, size);
    return size;
}

void *tlsf_malloc(struct tlsf *t, size_t size) {
    return heap_alloc(heap_of(t), size);
}

void *tlsf_aligned_alloc(struct tlsf *t, size_t align, size_t size) {
    bool valid = align && !(align & (align - 1));
    return valid ? heap_aligned(heap_of(t), align, size) : NULL;
}

void *tlsf_realloc(struct tlsf *t, void *p, size_t size) {
    return heap_realloc(heap_of(t), p, size);
}

void tlsf_free(struct tlsf *t, void *p) { heap_free(heap_of(t), p); }

size_t tlsf_usable_size(const void *p) {
    return p ? block_size(block_of(p)) - WORD : 0;
}

void tlsf_walk(void *start, tlsf_visit *visit, void *context) {
    struct block *b = pool_first((uintptr_t)start);
    for (size_t size; (size = block_size(b)) != 0; b = block_at(b, size)) {
        struct tlsf_block shown = {block_payload(b), size, size - WORD,
                                   !block_is_free(b)};
        if (!visit(shown, context)) return;
    }
}

int tlsf_check(const struct tlsf *t, void *const *pools, size_t count) {
    return check_heap(heap_of(t), pools, count);
}
