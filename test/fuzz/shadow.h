/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the targets share: operations decoded from bytes, and a shadow of the
 * heap, kept outside of its memory, that says what must hold after each.
 *
 * Five bytes are a step: the operation and how often, the first slot, a size
 * (two bytes), an alignment. Any bytes mean something: a fuzzer may turn one
 * sequence into another as it likes.
 */
#ifndef TLSF_SHADOW_H
#define TLSF_SHADOW_H

#include "core/block.h"
#include "host.h"

#define REQUIRE_ELSEWHERE
#include "live.h"

#include "bin_range.h"

static uint64_t digest, check_every;
static uintptr_t arena;
static size_t arena_bytes;

static void require_fail(const char *file, unsigned line, const char *text) {
    host_fail((uintptr_t)file, line, step, (uintptr_t)text);
}

/* The allocator and its surroundings. */
static void *target_alloc(unsigned kind, size_t align, size_t size);
static void *target_realloc(void *p, size_t size);
static void target_free(void *p);
static size_t target_usable(void *p);
static void target_event(unsigned kind);
static void target_begin(void); /* before an operation */
static void target_end(void);   /* after it */
/* A request was refused, which takes a block for so many bytes. */
static void target_refused(size_t bytes);
static void heap_check(void); /* all that can be said now */

static struct { const unsigned char *at, *end; } input;

static unsigned next(void) { return input.at < input.end ? *input.at++ : 0; }

static bool is_time(void) { return step % check_every == 0; }

/* Small; up to 32 KiB; around k pages; anything to SIZE_MAX. */
static size_t next_size(void) {
    unsigned a = next(), b = next(), low = a % 8, kind = a / 32;
    if (kind < 4) return b + low % 4 * 256;
    if (kind < 6) return ((size_t)b << low) + a / 8 % 4;
    if (kind < 7) return ((size_t)low << 12) + b - 128;
    return (SIZE_MAX >> a % 32 * WORD / 4) - b;
}

/* Mostly a 2^n that memory has; sometimes none that is allowed. */
static size_t next_align(void) {
    unsigned a = next();
    if (a < 224) return (size_t)1 << a % 14;
    return a < 240 ? (size_t)1 << a % (8 * WORD) : a - 240;
}

static bool is_power(size_t n) { return n && !(n & (n - 1)); }

/* Blocks are held with all that is usable of them. */
static size_t live_count;

/* Slot + 1 of the block whose payload begins at a granule. */
static unsigned char owner[ARENA_MAX / TLSF_ALIGN];

static unsigned char *owner_of(const void *p) {
    return &owner[((uintptr_t)p - arena) % ARENA_MAX / TLSF_ALIGN];
}

void target_open(uint64_t at, uint64_t bytes, uint64_t every) {
    arena = (uintptr_t)at;
    arena_bytes = (size_t)bytes;
    check_every = every;
}

/* p is a new block that holds `size` bytes and has no more than it must. */
static void live_own(struct live *l, void *p, size_t align, size_t size) {
    size_t usable = target_usable(p), want = block_size_for(size);
    REQUIRE((uintptr_t)p % align == 0 && (uintptr_t)p % TLSF_ALIGN == 0);
    REQUIRE(usable >= size && usable + BLOCK_COST >= want);
    REQUIRE(usable + BLOCK_COST - want <
            (BLOCK_MIN > TLSF_ALIGN ? BLOCK_MIN : 1));
    REQUIRE(!*owner_of(p));
    *owner_of(p) = (unsigned char)(l - live + 1);
    live_count++;
    live_set(l, p, usable);
}

static void live_disown(struct live *l) {
    *owner_of(l->p) = 0;
    live_count--;
    l->p = NULL;
}

enum { POOLS = 512 };

static void *pools[POOLS]; /* where each starts */
static size_t pool_count;

static void pool_note(void *start) {
    REQUIRE(pool_count < POOLS);
    pools[pool_count++] = start;
}

/* The row of blocks, as the allocator has it. */
static struct { size_t blocks, used, owned, free; } census;

/* What was refused last: census_take counts the blocks that it might have. */
static struct refusal refusal;

static void census_block(struct block *b) {
    size_t size = block_size(b);
    census.blocks++;
    if (block_is_free(b)) {
        census.free++;
        refusal_count(&refusal, size);
        return;
    }
    census.used++;
    unsigned slot = *owner_of(block_payload(b));
    if (!slot) return;
    census.owned++;
    REQUIRE(live[slot - 1].p == block_payload(b));
    REQUIRE(live[slot - 1].size == size - BLOCK_COST);
}

/* Used are the live blocks. */
static void census_take(void) {
    memset(&census, 0, sizeof census);
    for (size_t i = 0; i < pool_count; i++) {
        struct block *b = pool_first((uintptr_t)pools[i]);
        for (; block_size(b); b = block_at(b, block_size(b)))
            census_block(b);
    }
    REQUIRE(census.owned == live_count);
    REQUIRE(census.used == live_count);
}

/* Was it right to refuse a request for so many bytes? */
static bool is_refused_rightly(size_t bytes) {
    refusal = (struct refusal){.size = block_size_for(bytes)};
    census_take();
    return refusal_is_right(&refusal);
}

/* The most to ask for so that a free block of this size is found: the least of
   its bin. */
static size_t surely_served(size_t size, bool only) {
    return (only ? size : (size_t)range_of(size).from) - BLOCK_COST;
}

static void note(const void *p) {
    uint64_t result = p ? (uintptr_t)p - arena : (uint64_t)-1;
    digest = (digest ^ result) * 0x100000001b3;
}

static void done(void) {
    target_end();
    step++;
}

static void live_alloc(struct live *l, unsigned kind, size_t align,
                       size_t size) {
    target_begin();
    void *p = target_alloc(kind, align, size);
    note(p);
    if (kind < 5) align = 1;
    if (p) {
        REQUIRE(is_power(align));
        live_own(l, p, align, size);
    } else if (is_power(align)) {
        target_refused(aligned_request(align, size));
    }
    done();
}

static void live_realloc(struct live *l, size_t size) {
    size_t kept = size < l->size ? size : l->size;
    struct live old = *l;
    live_verify(l, l->size);
    target_begin();
    void *p = target_realloc(l->p, size);
    note(p);
    if (p) {
        REQUIRE(size > l->size || p == l->p);
        live_disown(l);
        old.p = p;
        live_verify(&old, kept);
        live_own(l, p, 1, size);
    } else {
        REQUIRE(size > l->size);
        live_verify(l, l->size);
        target_refused(size);
    }
    done();
}

static void live_free(struct live *l) {
    void *p = l->p;
    live_verify(l, l->size);
    live_disown(l);
    target_begin();
    target_free(p);
    done();
}

static void sequence_step(void) {
    static const unsigned char times[] = {1, 1, 3, 12};
    unsigned op = next(), at = next();
    size_t size = next_size(), align = next_align();
    if (op % 16 == 0) {
        target_event(at);
        return;
    }
    for (unsigned n = times[op / 64]; n--; at++) {
        struct live *l = &live[at % LIVE];
        if (!l->p)
            live_alloc(l, op % 8, align, size);
        else if (op & 16)
            live_realloc(l, size);
        else
            live_free(l);
    }
}

/* Everything is freed, upwards from some slot, every third one first. */
static void sequence_end(size_t from) {
    for (size_t i = 0; i < LIVE; i++) {
        struct live *l = &live[(from + 3 * i) % LIVE];
        if (l->p) live_free(l);
    }
    REQUIRE(!live_count);
}

static size_t pool_size(const void *start) {
    struct block *first = pool_first((uintptr_t)start), *b = first;
    while (block_size(b))
        b = block_at(b, block_size(b));
    return (uintptr_t)b - (uintptr_t)first;
}

/* The size of the largest pool that is left, which it then is not. */
static size_t pools_next(size_t *sizes) {
    size_t at = 0;
    for (size_t i = 1; i < pool_count; i++)
        if (sizes[i] > sizes[at]) at = i;
    size_t size = sizes[at];
    sizes[at] = 0;
    return size;
}

/* When all is free, each pool can be had in one piece. */
static void pools_have(void) {
    static size_t sizes[POOLS];
    static void *had[POOLS];
    for (size_t i = 0; i < pool_count; i++)
        sizes[i] = pool_size(pools[i]);
    for (size_t i = 0; i < pool_count; i++) {
        size_t size = surely_served(pools_next(sizes), pool_count == 1);
        had[i] = size ? target_alloc(0, 1, size) : NULL;
        REQUIRE(!size || had[i]);
    }
    for (size_t i = 0; i < pool_count; i++)
        target_free(had[i]);
}

/* Then each pool is one free block. */
static void pools_require_whole(void) {
    heap_check();
    REQUIRE(census.blocks == pool_count && census.free == pool_count);
}

uint64_t target_steps(void) { return step; }
uint64_t target_digest(void) { return digest; }

#endif
