/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The core API under any compiler: the same operations against a shadow, and a
 * line for the result of each, which must be the same everywhere where size_t
 * has as many bits. It is C17 alone, and a user: it sees only tlsf.h, and what
 * core.c beside it adds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlsf.h"

enum { ARENA = 1 << 20, PAGE = 4096, LIVE = 150, OPERATIONS = 20000 };

static char memory[ARENA + PAGE], *arena, *arena_end;
static struct tlsf heap;
static void *pools[2];
static size_t pool_count;

#define REQUIRE(condition) ((condition) ? (void)0 : fail(__LINE__, #condition))

static void fail(int line, const char *text) {
    fflush(stdout);
    fprintf(stderr, "model.c:%d: not true: %s\n", line, text);
    exit(1);
}

/* Where p lies in the arena; 0 for NULL, which no block is. */
static unsigned long place(const void *p) {
    if (!p) return 0;
    return (unsigned long)((uintptr_t)p - (uintptr_t)arena);
}

static unsigned below(unsigned n) {
    static uint32_t state = 1;
    state = state * 1664525u + 1013904223u;
    return (unsigned)((state >> 8) % n);
}

static void check(void) { REQUIRE(tlsf_check(&heap, pools, pool_count) == 0); }

static size_t add(char *start, size_t bytes) {
    size_t used = tlsf_add_pool(&heap, start, bytes);
    if (used) pools[pool_count++] = start;
    arena_end = start + used;
    check();
    return used;
}

static void begin(void) {
    tlsf_init(&heap);
    pool_count = 0;
}

/* ---- Bits ---- */

unsigned core_leading_zeros(size_t n);
unsigned core_trailing_zeros(uint32_t n);

static void leading_zeros_of(size_t n, unsigned expected) {
    REQUIRE(core_leading_zeros(n) == expected);
}

/* The highest bit of each number is `bit`. */
static void bits(void) {
    const unsigned all = 8 * sizeof(size_t);
    for (unsigned bit = 0; bit < all; bit++) {
        size_t power = (size_t)1 << bit;
        leading_zeros_of(power, all - 1 - bit);
        leading_zeros_of(power | power / 2, all - 1 - bit);
        leading_zeros_of(power | (power - 1), all - 1 - bit);
    }
    for (unsigned bit = 0; bit < 32; bit++) {
        uint32_t power = (uint32_t)1 << bit;
        REQUIRE(core_trailing_zeros(power) == bit);
        REQUIRE(core_trailing_zeros(0 - power) == bit);
        REQUIRE(core_trailing_zeros(power | (uint32_t)1 << 31) == bit);
    }
}

/* ---- Boundary cases ---- */

static void pools_of_every_offset_and_length(void) {
    for (size_t offset = 0; offset < 2 * TLSF_ALIGN; offset++) {
        for (size_t bytes = 0; bytes < 8 * TLSF_ALIGN; bytes++) {
            begin();
            size_t used = add(arena + offset, bytes);
            void *p = tlsf_malloc(&heap, 1);
            REQUIRE(!used == !p);
            printf("pool %lu %lu: %lu %lu\n", (unsigned long)offset,
                   (unsigned long)bytes, (unsigned long)used, place(p));
        }
    }
}

static void sizes(void) {
    begin();
    add(arena, ARENA);
    for (size_t size = 0; size < 9 * PAGE; size += size < 2000 ? 1 : 251) {
        char *p = tlsf_malloc(&heap, size), *q = tlsf_malloc(&heap, size);
        REQUIRE(p && q && tlsf_usable_size(p) >= size);
        printf("size %lu: %lu %lu %lu\n", (unsigned long)size, place(p),
               place(q), (unsigned long)tlsf_usable_size(p));
        tlsf_free(&heap, p);
        check();
        tlsf_free(&heap, q);
        check();
    }
}

/* What no heap can serve, near every power of two. */
static void impossible_sizes(void) {
    char *p = tlsf_malloc(&heap, 100);
    for (size_t power = ARENA; power; power *= 2) {
        for (size_t less = 0; less < 600; less++) {
            size_t size = 2 * power - 1 - less;
            REQUIRE(!tlsf_malloc(&heap, size));
            REQUIRE(!tlsf_aligned_alloc(&heap, 64, size));
            REQUIRE(!tlsf_realloc(&heap, p, size));
        }
    }
    check();
    tlsf_free(&heap, p);
}

static void alignments(void) {
    for (size_t align = 0; align < 2 * PAGE; align++) {
        void *p = tlsf_aligned_alloc(&heap, align, 100);
        REQUIRE(!p == (!align || align & (align - 1)));
        if (!p) continue;
        REQUIRE((uintptr_t)p % align == 0);
        printf("align %lu: %lu\n", (unsigned long)align, place(p));
        check();
        tlsf_free(&heap, p);
    }
}

/* ---- Random operations ---- */

static struct live {
    unsigned char *p;
    size_t size;
    unsigned char tag;
} live[LIVE];

static void fill(struct live *l, void *p, size_t size) {
    l->p = p;
    l->size = size;
    l->tag++;
    if (p) memset(p, l->tag, size);
}

static void verify(const struct live *l, size_t size) {
    for (size_t i = 0; i < size; i++)
        REQUIRE(l->p[i] == l->tag);
}

static size_t next_size(void) {
    return below(8) ? below(1u << below(14)) : below(40000);
}

/* The last pool grows to the end of the arena. */
static bool grow(struct tlsf *h, size_t bytes, void *context) {
    REQUIRE(h == &heap && context == arena);
    if (bytes > (size_t)(arena + ARENA - arena_end)) return false;
    size_t used = tlsf_extend_pool(h, arena_end, bytes);
    arena_end += used;
    printf("grow %lu: %lu\n", (unsigned long)bytes, (unsigned long)used);
    return used;
}

static void change(struct live *l) {
    size_t size = next_size(), kept = size < l->size ? size : l->size;
    verify(l, l->size);
    void *p = tlsf_realloc(&heap, l->p, size);
    printf("realloc %lu: %lu\n", (unsigned long)size, place(p));
    if (!p) return;
    l->p = p;
    verify(l, kept);
    fill(l, p, size);
}

static void release(struct live *l) {
    verify(l, l->size);
    printf("free %lu\n", place(l->p));
    tlsf_free(&heap, l->p);
    fill(l, NULL, 0);
}

static void obtain(struct live *l) {
    size_t size = next_size(), align = (size_t)1 << below(11);
    void *p = below(4) ? tlsf_malloc(&heap, size)
                       : tlsf_aligned_alloc(&heap, align, size);
    printf("malloc %lu: %lu\n", (unsigned long)size, place(p));
    fill(l, p, size);
}

static bool show(struct tlsf_block block, void *context) {
    unsigned *blocks = context;
    printf("block %lu: %lu %lu %d\n", place(block.payload),
           (unsigned long)block.size, (unsigned long)block.payload_size,
           block.used);
    ++*blocks;
    return true;
}

static unsigned walk(void) {
    unsigned blocks = 0;
    for (size_t i = 0; i < pool_count; i++)
        tlsf_walk(pools[i], show, &blocks);
    return blocks;
}

static void random_operations(void) {
    begin();
    heap.more = grow;
    heap.context = arena;
    add(arena + 3, 20001);
    add(arena + 30000, 5000);
    for (int i = 0; i < OPERATIONS; i++) {
        struct live *l = &live[below(LIVE)];
        if (!l->p)
            obtain(l);
        else if (below(3))
            release(l);
        else
            change(l);
        check();
    }
    REQUIRE(walk() > 2);
    for (int i = 0; i < LIVE; i++)
        if (live[i].p) release(&live[i]);
    check();
    REQUIRE(walk() == 2);
}

int main(void) {
    uintptr_t end = (uintptr_t)memory + PAGE - 1;
    arena = (char *)(end - end % PAGE);
    printf("bits %lu\n", (unsigned long)(8 * sizeof(size_t)));
    bits();
    pools_of_every_offset_and_length();
    sizes();
    impossible_sizes();
    alignments();
    random_operations();
    puts("done");
    return 0;
}
