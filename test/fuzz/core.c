/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The core API as a target, in the shape that the compiler was told: pools of
 * every offset and length, up to the very end of memory, extension of any of
 * them, growth by hook. The invariants are checked after each operation, the
 * row of blocks is compared with the shadow, and in the end each pool is one
 * free block and can be had whole.
 */
#include <sanitizer/asan_interface.h>

#include "builds/core.c"

#include "shadow.h"

enum { FILL = 0xa5, WINDOW_LOG = 12, GUARD = 512 };

static struct tlsf heap;

/* Places are distances from the arena, as it may end where addresses do. */
static struct span {
    size_t start, end, room; /* of a pool; it may be extended up to `room` */
} span[POOLS];
static size_t arena_free, arena_limit;

static enum { NO_HOOK, REFUSES, ADDS, LEAVES_GAP, EXTENDS, LIES } hook;
static unsigned asked; /* calls of the hook for a request */
static bool served;    /* did it add all that was asked for? */

static void *at(size_t place) { return (void *)(arena + place); }

static void heap_check(void) {
    REQUIRE(tlsf_check(&heap, pools, pool_count) == 0);
    census_take();
}

static void heap_open(void) {
    tlsf_init(&heap);
    pool_count = 0;
    hook = NO_HOOK;
}

/* At the end of addresses no bytes are at NULL. */
static void fill(size_t place, size_t bytes) {
    if (bytes) memset(at(place), FILL, bytes);
}

/* Memory that was used before becomes the heap's. */
static void give(size_t place, size_t bytes) {
    ASAN_UNPOISON_MEMORY_REGION(at(place), bytes);
    fill(place, bytes);
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* A pool `gap` bytes on, with `room` behind it, as far as the arena goes. */
static size_t pool_add(size_t gap, size_t bytes, size_t room) {
    size_t start = arena_free + gap;
    if (start >= arena_limit || pool_count == POOLS) return 0;
    bytes = least(bytes, arena_limit - start);
    give(start, bytes);
    size_t used = tlsf_add_pool(&heap, at(start), bytes);
    REQUIRE(used <= bytes && bytes - used < (used ? TLSF_ALIGN : SIZE_MAX));
    REQUIRE(used || bytes < 2 * TLSF_ALIGN + BLOCK_MIN);
    if (!used) return 0;
    arena_free = least(start + bytes + room, arena_limit);
    span[pool_count] = (struct span){start, start + used, arena_free};
    pool_note(at(start));
    return used;
}

static size_t pool_extend(struct span *s, size_t bytes) {
    bytes = least(bytes, s->room - s->end);
    give(s->end, bytes);
    /* The end marker's header lies before. */
    size_t used = tlsf_extend_pool(&heap, at(s->end), bytes);
    REQUIRE(used <= bytes && bytes - used < TLSF_ALIGN + BLOCK_MIN);
    s->end += used;
    return used;
}

static bool grow(struct tlsf *t, size_t bytes, void *context) {
    REQUIRE(context == &hook && t == &heap && hook != NO_HOOK);
    size_t got = 0;
    asked++;
    if (hook == EXTENDS && pool_count)
        got = pool_extend(&span[pool_count - 1], bytes);
    if (hook == ADDS) got = pool_add(0, bytes, 0);
    if (hook == LEAVES_GAP) got = pool_add(bytes % 61, bytes, bytes);
    if (hook == LIES) got = pool_add(0, bytes / 2, bytes);
    served = got && got + TLSF_ALIGN > bytes;
    return got || hook == LIES;
}

static void target_begin(void) {
    asked = 0;
    served = false;
}

static void target_end(void) {
    REQUIRE(asked <= 1);
    if (is_time()) heap_check();
}

static void *target_alloc(unsigned kind, size_t align, size_t size) {
    if (kind < 4) return tlsf_malloc(&heap, size);
    if (kind == 4) return tlsf_realloc(&heap, NULL, size);
    return tlsf_aligned_alloc(&heap, align, size);
}

static void *target_realloc(void *p, size_t size) {
    return tlsf_realloc(&heap, p, size);
}

static void target_free(void *p) { tlsf_free(&heap, p); }
static size_t target_usable(void *p) { return tlsf_usable_size(p); }

/* Nothing that had to be found was free, nor was there a hook that helps. */
static void target_refused(size_t bytes) {
    if (!is_time() || bytes > arena_bytes) return;
    REQUIRE(is_refused_rightly(bytes) && !served);
}

static void set_hook(unsigned kind) {
    hook = kind % (LIES + 1);
    heap.more = hook == NO_HOOK ? NULL : grow;
    heap.context = &hook;
}

/* A pool goes just if no block in it is used. Others keep their places. */
static void pool_remove(size_t i) {
    struct block *b = pool_first((uintptr_t)pools[i]);
    size_t used = 0;
    for (; block_size(b); b = block_at(b, block_size(b)))
        used += !block_is_free(b);
    REQUIRE(tlsf_remove_pool(&heap, pools[i]) == !used);
    if (used) return;
    fill(span[i].start, span[i].end - span[i].start);
    ASAN_POISON_MEMORY_REGION(at(span[i].start), span[i].end - span[i].start);
    pools[i] = pools[--pool_count];
    span[i] = span[pool_count];
}

static void pools_change(unsigned kind) {
    size_t bytes = next_size(), room = next() * 16;
    if (kind % 32 == 31 && pool_count)
        pool_remove(kind / 32 % pool_count);
    else if (kind % 4 == 2)
        pool_add(kind / 4, bytes, room);
    else if (pool_count)
        pool_extend(&span[kind / 4 % pool_count], bytes);
}

static void target_event(unsigned kind) {
    target_begin();
    if (kind % 4 == 0) set_hook(kind / 4);
    if (kind % 4 == 1) tlsf_free(&heap, NULL);
    if (kind % 4 > 1) pools_change(kind);
    target_end();
}

/* Pools are as long as what they were given. */
static void pools_require_long(void) {
    for (size_t i = 0; i < pool_count; i++) {
        uintptr_t first = (uintptr_t)pool_first((uintptr_t)pools[i]) + HEAD;
        size_t lead = first - (uintptr_t)pools[i];
        REQUIRE(pool_size(pools[i]) == span[i].end - span[i].start - lead);
    }
}

/* A part of the arena, at one of its ends. */
static void window_open(unsigned choice) {
    size_t bytes = (size_t)1 << (WINDOW_LOG + choice / 2 % 6);
    arena_free = choice % 2 ? 0 : arena_bytes - bytes;
    arena_limit = arena_free + bytes;
    ASAN_POISON_MEMORY_REGION(at(arena_free), bytes);
}

static void window_close(size_t start) {
    ASAN_UNPOISON_MEMORY_REGION(at(start), arena_limit - start);
}

void target_run(uint64_t data, uint64_t n) {
    input.at = (const unsigned char *)(uintptr_t)data;
    input.end = input.at + n;
    heap_open();
    window_open(next());
    size_t start = arena_free;
    pools_change(2);
    while (input.at < input.end)
        sequence_step();
    sequence_end(next());
    set_hook(NO_HOOK);
    pools_require_long();
    pools_require_whole();
    pools_have();
    pools_require_whole();
    window_close(start);
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

static bool visit(struct tlsf_block block, void *context) {
    REQUIRE(block.payload_size + sizeof(size_t) == block.size);
    *(size_t *)context += block.size;
    return true;
}

/* What tlsf_walk shows of a pool. `largest` must find all of it. */
static size_t walk(size_t place) {
    size_t walked = 0;
    tlsf_walk(at(place), visit, &walked);
    REQUIRE(largest(walked + 64) == walked - WORD);
    return walked;
}

static void require_untouched(size_t from, size_t to) {
    for (; from < to; from++)
        REQUIRE(*(unsigned char *)at(from) == FILL);
}

/* The only pool of a heap; what is around it is left alone. */
static size_t pool_alone(size_t place, size_t bytes) {
    heap_open();
    size_t from = place < GUARD ? 0 : place - GUARD;
    size_t to = least(place + bytes + GUARD, arena_bytes);
    fill(from, to - from);
    size_t used = tlsf_add_pool(&heap, at(place), bytes);
    if (used) pool_note(at(place));
    require_untouched(from, place);
    require_untouched(place + used, to);
    heap_check();
    step++;
    return used;
}

static void pool_of(size_t place, size_t bytes) {
    size_t used = pool_alone(place, bytes);
    if (!used) {
        REQUIRE(bytes < 2 * TLSF_ALIGN + BLOCK_MIN);
        REQUIRE(!tlsf_malloc(&heap, 0));
        return;
    }
    size_t walked = walk(place);
    REQUIRE(walked && walked <= used && used - walked < TLSF_ALIGN + WORD);
    heap_check();
}

static void pools_of_every_offset_and_length(void) {
    for (size_t offset = 0; offset < 2 * TLSF_ALIGN; offset++) {
        for (size_t bytes = 0; bytes < 6 * TLSF_ALIGN + 64; bytes++) {
            pool_of(64 + offset, bytes);
            pool_of(arena_bytes - offset - bytes, bytes);
        }
    }
}

/* A pool of 1000 bytes, full or empty, is extended. */
static void pool_extends(size_t place, size_t more, bool full) {
    size_t used = pool_alone(place, 1000), end = place + used;
    size_t to = least(end + more + GUARD, arena_bytes);
    fill(end, to - end);
    void *p = tlsf_malloc(&heap, largest(1000));
    REQUIRE(p);
    if (!full) tlsf_free(&heap, p);
    size_t got = tlsf_extend_pool(&heap, at(end), more);
    REQUIRE(got <= more && more - got < BLOCK_MIN + TLSF_ALIGN);
    require_untouched(end + got, to);
    REQUIRE(tlsf_check(&heap, pools, 1) == 0);
    if (full) tlsf_free(&heap, p);
    REQUIRE(walk(place) + TLSF_ALIGN + WORD > used + got);
    heap_check();
    step++;
}

static void pools_extend(void) {
    for (size_t more = 0; more < 4 * TLSF_ALIGN + 64; more++) {
        size_t last = arena_bytes - 1000 - more;
        for (int full = 0; full < 2; full++) {
            pool_extends(more, more, full);
            pool_extends(last, more, full);
        }
    }
}

/* More than there is: NULL, and nothing changes. */
static void impossible(void *p, size_t size) {
    REQUIRE(!tlsf_malloc(&heap, size) && !tlsf_realloc(&heap, p, size));
    for (size_t align = 1; align; align <<= 1)
        REQUIRE(!tlsf_aligned_alloc(&heap, align, size));
    REQUIRE(tlsf_check(&heap, pools, pool_count) == 0);
    step++;
}

static void alignments(void) {
    for (size_t align = 1; align; align <<= 1) {
        void *q = tlsf_aligned_alloc(&heap, align, 10);
        REQUIRE(!q || (uintptr_t)q % align == 0);
        REQUIRE(q || align > 1024);
        tlsf_free(&heap, q);
    }
    REQUIRE(!tlsf_aligned_alloc(&heap, 0, 1));
    REQUIRE(!tlsf_aligned_alloc(&heap, 24, 1));
}

static void impossible_requests(size_t place) {
    pool_alone(place, 10000);
    void *p = tlsf_malloc(&heap, 100);
    for (size_t i = 0; i < 3000; i++) {
        size_t size = i < 1500 ? SIZE_MAX - i : SIZE_MAX >> (i % 30);
        if (size >= 10000) impossible(p, size);
    }
    alignments();
    tlsf_free(&heap, p);
    pools_require_whole();
}

void target_fixed(void) {
    pools_of_every_offset_and_length();
    pools_extend();
    impossible_requests(0);
    impossible_requests(arena_bytes - 10000);
}
