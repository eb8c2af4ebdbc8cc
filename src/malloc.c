/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family: one static heap, and how it grows. Pages come from the port,
 * pages.h, which the include path chooses.
 */
#include "malloc.h"

#include "heap.h"
#include "pages.h"
#include "quick.h"

enum { SLACK_LOG = 5, ROOM_MIN = 1 << 10, ROOM_TWICE = 6 << 10 };

_Static_assert(TLSF_ALIGN <= 1 << PAGE_LOG, "a block may begin at a page");
_Static_assert(END_SIZE < 1 << PAGE_LOG, "no heap is as short as its end");

static struct heap heap;
static struct quick quick;

/*
 * Where the free space begins that new pages would lengthen: at the free
 * block before our last pool's end, or at the end itself. If somebody else
 * has grown memory since, or if it is the first time, a pool begins there;
 * the first one with what memory there is. `behind`: the first block of a pool
 * that begins where memory ends.
 */
static struct block *heap_top(struct heap *h, struct block *behind) {
    struct block *end = h->slot[END].first;
    if (block_at(end, END_SIZE + (uintptr_t)pool_first(0)) != behind) {
        return end ? behind : pool_first(pages_start());
    }
    if (!end) __builtin_unreachable(); /* told to analysers: that is no page */
    if (TLSF_TAIL) return h->slot[TAIL].first;
    /* Read even where it is not a tag, but used then only if it is: no branch,
       8 bytes fewer. */
    struct block *before = end->prev;
    return end->header & PREV_FREE ? before : end;
}

/*
 * All memory from the top b on becomes a free block and the end. `was`: the end
 * before that, or NULL; `pages`: what memory had then. (Read here, and not by
 * heap_grow before it grows, that costs 7 bytes.)
 *
 *   [ b, free? ][end] + pages => [ ------- b, free ------- ][end]
 */
static void heap_claim(struct heap *h, struct block *b, struct block *was,
                       size_t pages) {
    uintptr_t top = (uintptr_t)pages_count() << PAGE_LOG;
    struct block *end = (struct block *)(top - END_SIZE);
    if (TLSF_FAST && b < was) *was = (struct block){0}; /* it is fresh */
    h->slot[END].first = end;
    end->header = USED;
    if (TLSF_TAIL) {
        struct block *link = slot_link(h, TAIL), *tail = link->next;
        link->next = end;
        /* Before a pool of others' no block is the tail any more. */
        if (opaque(tail != was && tail < b)) { /* one test, not two: a byte */
            heap_give(h, tail, tail->header, 0);
        }
    } else if (b < was) {
        heap_take(h, b);
    }
    if (TLSF_FAST && !was) {
        h->slot[FRESH].map = ((uintptr_t)pages << PAGE_LOG) - HEAD;
    }
    heap_give(h, b, (uintptr_t)end - (uintptr_t)b, 0);
}

/*
 * A free block of `size` bytes at the top b, or NULL; or, if that lies behind
 * `last`, nothing happens, and what is returned is of no account.
 * Memory grows by what is missing and, if there is so much, by 1/32 of what
 * lies between the heap's start and b: so a heap grows in few steps, and its
 * end is seldom just used up.
 */
static struct block *heap_grow(struct heap *h, const struct block *last,
                               size_t size) {
    size_t pages = pages_count();
    struct block *behind = pool_first(pages << PAGE_LOG);
    struct block *b = heap_top(h, behind);
    if (b > last) return b;
    struct block *was = h->slot[END].first;
    /* From b on to a granule behind an end marker without links, so that it is
       not negative. Where memory ends at 2^32 `behind` wraps, as does this. */
    size_t room = (uintptr_t)behind - (uintptr_t)b;
    size += END_LINKS;
    if (size >= room) {
        if (!pages_grow(((size - room) >> PAGE_LOG) + 1)) return NULL;
        /* The first block may lie a word before the start. */
        uintptr_t first = pages_start() - WORD;
        pages_grow(((uintptr_t)b - first) >> (PAGE_LOG + SLACK_LOG));
    }
    heap_claim(h, b, was, pages);
    /* No block is at 0; said aloud it saves tlsf-min.wasm 5 bytes. */
    if (!b) __builtin_unreachable();
    return b;
}

static struct block *heap_more(struct heap *h, size_t size) {
    return heap_grow(h, (struct block *)UINTPTR_MAX, size);
}

static void heap_extend(struct heap *h, struct block *n, size_t size) {
    heap_grow(h, n, size); /* no tail before n can grow */
}

static void *heap_fail(void) {
    if (pages_errno()) *pages_errno() = PAGES_ENOMEM;
    return NULL;
}

static void *door_alloc(struct heap *h, size_t request) {
    (void)h;
    return malloc(request);
}

/* A block that grows will grow again: rather where there is room for it to do
   so by half, up to some KiB twice, unless it is small or so large that memory
   grows for it. If there is no hole the stacks are emptied, for what they hold
   may be what follows the block. */
static void *door_hole(struct heap *h, size_t request) {
    if (request < ROOM_MIN) return malloc(request);
    size_t size = block_size_for(request);
    void *p = NULL;
    if (size <= ROOM_TWICE) p = heap_serve(h, size, 2 * size + size / 4);
    if (!p && size <= EXTEND_MIN) p = heap_serve(h, size, size + size / 2);
    if (!p) p = heap_serve(h, size, size);
    if (!p) quick_flush(&quick, h);
    return p;
}

RARE static void door_free(struct heap *h, void *p) {
    (void)h;
    free(p);
}

static void *door_realloc(struct heap *h, void *p, size_t request) {
    (void)h;
    return realloc(p, request);
}

/* The fast build's stacks are empty by then: door_hole. */
static bool door_is_hooked(void) { return false; }

static bool is_power_of_two(size_t n) { return n && !(n & (n - 1)); }

/* count * size, or what no request can be. */
static size_t product(size_t count, size_t size) {
    if (WORD == 4) {
        uint64_t bytes = (uint64_t)count * size;
        return bytes >> 32 ? SIZE_MAX : (size_t)bytes;
    }
    return !size || count <= SIZE_MAX / size ? count * size : SIZE_MAX;
}

/* Memory grows only if what the stacks hold does not help. */
RARE static void *malloc_more(size_t size) {
    quick_flush(&quick, &heap);
    void *p = heap_serve(&heap, size, size);
    if (!p && heap_more(&heap, size)) p = heap_serve(&heap, size, size);
    return p ? p : heap_fail();
}

void *malloc(size_t size) {
    if (!TLSF_FAST) return heap_alloc(&heap, size);
    struct block *b = quick_alloc(&quick, &heap, size);
    if (b) return block_payload(b);
    if (size > REQUEST_MAX) return heap_fail();
    size = block_size_for(size);
    void *p = heap_serve(&heap, size, size);
    return p ? p : malloc_more(size);
}

void free(void *p) {
    if (TLSF_FAST && (!p || quick_push(&quick, block_of(p)))) return;
    heap_free(&heap, p);
}

/*
 * Clears a block; of one that lies behind `fresh` only what the links of a
 * free block and its tag left in it. NULL: no memory was had, and what it
 * begins with need not be zero.
 */
static void block_clear(struct block *b, const struct block *fresh) {
    if (!fresh || b < fresh) {
        bytes_clear(block_payload(b), block_size(b) - WORD);
        return;
    }
    b->next = b->link = NULL;
    block_at(b, block_size(b))->prev = NULL;
}

void *calloc(size_t count, size_t size) {
    size_t bytes = product(count, size);
    const struct block *fresh = TLSF_FAST ? heap.slot[FRESH].first : NULL;
    void *p = malloc(bytes);
    if (TLSF_FAST && p) {
        block_clear(block_of(p), fresh);
    } else if (p) {
        bytes_clear(p, bytes);
    }
    return p;
}

void *realloc(void *p, size_t size) { return heap_realloc(&heap, p, size); }

void *aligned_alloc(size_t align, size_t size) {
    if (!is_power_of_two(align)) return heap_fail();
    return heap_aligned(&heap, align, size);
}

int posix_memalign(void **out, size_t align, size_t size) {
    if (!is_power_of_two(align) || align < sizeof(void *)) return PAGES_EINVAL;
    void *p = aligned_alloc(align, size);
    if (!p) return PAGES_ENOMEM;
    *out = p;
    return 0;
}

size_t malloc_usable_size(void *p) {
    return p ? block_size(block_of(p)) - WORD : 0;
}

/* The other names: glibc's for any alignment, wasi-libc's for its own use. */
#define ALIAS(of) __attribute__((alias(STRING(of))))
#define STRING(name) STRING_OF(name)
#define STRING_OF(name) #name
ALIAS(aligned_alloc) void *memalign(size_t align, size_t size);
ALIAS(malloc) void *__libc_malloc(size_t size);
ALIAS(free) void __libc_free(void *p);
ALIAS(calloc) void *__libc_calloc(size_t count, size_t size);
