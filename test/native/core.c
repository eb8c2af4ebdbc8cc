/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The core API on the host, in the shape that the compiler was told: pools of
 * every offset and small length, extension, growth by hook, and random
 * operations against a shadow, with the invariants checked after each step.
 */
#include "native.h"
#include "tlsf.h"

enum { POOLS = 32, ARENA = 1 << 20 };

static struct tlsf heap;
static void *pools[POOLS];
static size_t pool_count;
static _Alignas(256) unsigned char arena[ARENA];

static void check(void) {
    REQUIRE(tlsf_check(&heap, pools, pool_count) == 0);
    step++;
}

static void start(void) {
    tlsf_init(&heap);
    pool_count = 0;
    memset(live, 0, sizeof live);
}

static size_t add(void *at, size_t bytes) {
    size_t used = tlsf_add_pool(&heap, at, bytes);
    REQUIRE(used <= bytes);
    if (used) pools[pool_count++] = at;
    check();
    return used;
}

/* The largest block that an otherwise unused heap gives, in bytes. */
static size_t largest(size_t upto) {
    for (size_t size = upto + 1; size--;) {
        void *p = tlsf_malloc(&heap, size);
        if (!p) continue;
        REQUIRE(tlsf_usable_size(p) >= size);
        tlsf_free(&heap, p);
        return size;
    }
    return SIZE_MAX;
}

static bool count_block(struct tlsf_block block, void *context) {
    REQUIRE(block.payload_size + sizeof(size_t) == block.size);
    *(size_t *)context += block.size;
    return true;
}

static void pools_of_every_offset_and_length(void) {
    const size_t word = sizeof(size_t);
    for (size_t offset = 0; offset < 2 * TLSF_ALIGN; offset++) {
        for (size_t bytes = 0; bytes < 6 * TLSF_ALIGN + 64; bytes++) {
            start();
            memset(arena, 0xa5, 1024);
            unsigned char *at = arena + 64 + offset;
            size_t used = add(at, bytes), walked = 0;
            for (size_t i = 0; i < 64 + offset; i++)
                REQUIRE(arena[i] == 0xa5);
            for (size_t i = used; i < 512; i++)
                REQUIRE(at[i] == 0xa5);
            if (!used) {
                REQUIRE(bytes < 2 * TLSF_ALIGN + 4 * word + word);
                REQUIRE(!tlsf_malloc(&heap, 0));
                continue;
            }
            tlsf_walk(at, count_block, &walked);
            REQUIRE(walked && walked <= used &&
                    used - walked < TLSF_ALIGN + word);
            if (TLSF_LOOK) REQUIRE(largest(bytes) == walked - word);
            check();
        }
    }
}

static void pools_extend(void) {
    for (size_t more = 0; more < 4 * TLSF_ALIGN + 64; more++) {
        for (int keep = 0; keep < 2; keep++) {
            start();
            memset(arena, 0xa5, 4096);
            size_t used = add(arena, 1000);
            void *p = tlsf_malloc(&heap, largest(1000));
            REQUIRE(p);
            if (!keep) tlsf_free(&heap, p);
            size_t got = tlsf_extend_pool(&heap, arena + used, more);
            REQUIRE(got <= more &&
                    more - got < 4 * sizeof(size_t) + TLSF_ALIGN);
            for (size_t i = used + got; i < 4096; i++)
                REQUIRE(arena[i] == 0xa5);
            check();
            if (keep) tlsf_free(&heap, p);
            size_t walked = 0;
            tlsf_walk(arena, count_block, &walked);
            if (TLSF_LOOK) REQUIRE(largest(2000) == walked - sizeof(size_t));
            REQUIRE(walked + TLSF_ALIGN >= used + got);
            check();
        }
    }
}

static void impossible_requests(void) {
    start();
    add(arena, 10000);
    void *p = tlsf_malloc(&heap, 100);
    for (size_t i = 0; i < 3000; i++) {
        size_t size = i < 1500 ? SIZE_MAX - i : SIZE_MAX >> (i % 30);
        if (size < 10000) continue;
        REQUIRE(!tlsf_malloc(&heap, size));
        REQUIRE(!tlsf_realloc(&heap, p, size));
        for (size_t align = 1; align; align <<= 1) {
            REQUIRE(!tlsf_aligned_alloc(&heap, align, size));
        }
    }
    for (size_t align = 1; align; align <<= 1) {
        void *q = tlsf_aligned_alloc(&heap, align, 10);
        REQUIRE(!q || (uintptr_t)q % align == 0);
        REQUIRE(q || align > 1024);
        tlsf_free(&heap, q);
    }
    REQUIRE(!tlsf_aligned_alloc(&heap, 0, 1));
    REQUIRE(!tlsf_aligned_alloc(&heap, 24, 1));
    check();
}

/* Where the hook takes memory from, and how: in place, with a gap, or not. */
static size_t arena_used, pool_end;

static bool grow(struct tlsf *t, size_t bytes, void *context) {
    REQUIRE(context == arena && t == &heap);
    size_t gap = below(3) ? 0 : below(100);
    if (bytes + gap > ARENA - arena_used || pool_count == POOLS || !below(5)) {
        return false;
    }
    unsigned char *at = arena + arena_used;
    size_t used = gap || !pool_count ? tlsf_add_pool(t, at + gap, bytes)
                                     : tlsf_extend_pool(t, arena + pool_end,
                                                        bytes + TLSF_ALIGN);
    if (!used) return false;
    if (gap || !pool_count) {
        pools[pool_count++] = at + gap;
        pool_end = arena_used + gap + used;
    } else {
        pool_end += used;
    }
    arena_used = pool_end;
    return true;
}

static void replace(struct live *l, void *p, size_t size, size_t align) {
    REQUIRE((uintptr_t)p % align == 0);
    REQUIRE(!p || tlsf_usable_size(p) >= size);
    live_fill(l, p, p ? size : 0);
}

static void random_step(unsigned bits) {
    struct live *l = &live[below(SLOTS_LIVE)];
    size_t size = log_size(bits), align = (size_t)1 << below(10);
    live_verify(l, l->size);
    if (l->p && below(2)) {
        size_t kept = l->size < size ? l->size : size;
        unsigned char *q = tlsf_realloc(&heap, l->p, size);
        if (!q) return;
        l->p = q;
        live_verify(l, kept);
        replace(l, q, size, TLSF_ALIGN);
    } else if (l->p) {
        tlsf_free(&heap, l->p);
        replace(l, NULL, 0, 1);
    } else if (below(3)) {
        replace(l, tlsf_malloc(&heap, size), size, TLSF_ALIGN);
    } else {
        replace(l, tlsf_aligned_alloc(&heap, align, size), size, align);
    }
}

static void random_operations(uint64_t seed, int steps) {
    start();
    random_state = seed * 0x9e3779b97f4a7c15ull + 1;
    arena_used = pool_end = 0;
    heap.more = grow;
    heap.context = arena;
    if (seed % 3 == 0) {
        heap.more = NULL;
        add(arena + below(64), 20000 + below(5000));
    }
    while (steps--) {
        random_step(seed % 2 ? 8 : 14);
        check();
    }
    for (int i = 0; i < SLOTS_LIVE; i++) {
        live_verify(&live[i], live[i].size);
        tlsf_free(&heap, live[i].p);
        check();
    }
    size_t walked = 0;
    for (size_t i = 0; i < pool_count; i++)
        tlsf_walk(pools[i], count_block, &walked);
    if (pool_count == 1 && TLSF_LOOK) {
        heap.more = NULL;
        REQUIRE(tlsf_malloc(&heap, walked - sizeof(size_t)));
    }
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 60;
    pools_of_every_offset_and_length();
    pools_extend();
    impossible_requests();
    for (int seed = 1; seed <= rounds; seed++)
        random_operations((uint64_t)seed, 2000);
    printf("%llu steps\n", step);
}
