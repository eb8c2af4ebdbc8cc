/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Boundary cases of the core API and of the checker: each word of a heap is
 * overwritten in turn, and the checker must say so. The compiler's flags choose
 * the parameters. It is quick: coverage and mutation run it often.
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "builds/core.c"

#include "cases.h"

enum { ARENA = 1 << 18 };

static struct tlsf tlsf;
static struct heap *heap;
static _Alignas(4096) char arena[ARENA];
static void *pools[8];
static size_t pool_count;

static int check(void) { return tlsf_check(&tlsf, pools, pool_count); }

static void start(void) {
    memset(&tlsf, 0xff, sizeof tlsf);
    tlsf_init(&tlsf);
    for (size_t i = 0; i < sizeof tlsf; i++)
        REQUIRE(((char *)&tlsf)[i] == 0);
    heap = heap_of(&tlsf);
    pool_count = 0;
    memset(arena, 0x5a, sizeof arena);
}

static size_t add(char *at, size_t bytes) {
    size_t used = tlsf_add_pool(&tlsf, at, bytes);
    if (used) pools[pool_count++] = at;
    REQUIRE(check() == 0);
    return used;
}

/* Where a pool's first payload lies. */
static char *first(char *at) {
    return block_payload(pool_first((uintptr_t)at));
}

/* Bytes of a block that holds this. */
static size_t whole(size_t request) {
    size_t size = (request + WORD + TLSF_ALIGN - 1) / TLSF_ALIGN * TLSF_ALIGN;
    return size < BLOCK_MIN ? BLOCK_MIN : size;
}

/* The pool touches the heap: blocks are no bins, however near they are. */
CASE(pool_beside_the_heap) {
    for (int behind = 0; behind < 2; behind++) {
        start();
        struct tlsf *t = (struct tlsf *)(arena + (behind ? 0 : 65536));
        char *pool = behind ? (char *)(t + 1) : arena;
        char *p[64];
        void *its[] = {pool};
        tlsf_init(t);
        REQUIRE(tlsf_add_pool(t, pool, 65536));
        for (size_t i = 0; i < 64; i++) {
            REQUIRE((p[i] = tlsf_malloc(t, i % 2 ? 1000 : 8)));
            memset(p[i], (int)i, 8);
        }
        for (size_t i = 1; i < 64; i += 2)
            tlsf_free(t, p[i]), REQUIRE(!tlsf_check(t, its, 1));
        tlsf_free(t, p[2]); /* takes its neighbours, the last of their list */
        REQUIRE(!tlsf_check(t, its, 1));
        for (size_t i = 1; i < 64; i += 2)
            REQUIRE(tlsf_malloc(t, 1000) && !tlsf_check(t, its, 1));
        for (size_t i = 4; i < 64; i += 2)
            REQUIRE(*(char *)p[i] == (char)i && !memcmp(p[i], p[i] + 1, 7));
    }
}

/* Words before, in and behind a pool, if it is one. */
CASE(pools_of_every_offset_and_length) {
    for (size_t offset = 0; offset < 2 * TLSF_ALIGN; offset++) {
        for (size_t bytes = 0; bytes < 3 * BLOCK_MIN; bytes++) {
            start();
            char *at = arena + 64 + offset;
            size_t lead =
                (TLSF_ALIGN - (WORD + offset) % TLSF_ALIGN) % TLSF_ALIGN + WORD;
            size_t room = bytes < lead ? 0 : bytes - lead;
            room -= room % TLSF_ALIGN;
            size_t used = add(at, bytes);
            REQUIRE(used == (room < BLOCK_MIN ? 0 : lead + room));
            for (char *p = arena; p < at; p++)
                REQUIRE(*p == 0x5a);
            for (char *p = at + used; p < at + used + 512; p++)
                REQUIRE(*p == 0x5a);
            char *p = tlsf_malloc(&tlsf, room - WORD);
            REQUIRE(used ? p == at + lead : !p);
        }
    }
}

CASE(pools_extend) {
    for (int used = 0; used < 2; used++) {
        for (size_t bytes = 0; bytes < 3 * BLOCK_MIN; bytes++) {
            start();
            size_t end = add(arena, 1000), room = bytes / TLSF_ALIGN;
            char *p = tlsf_malloc(&tlsf, 0);
            while (used && tlsf_malloc(&tlsf, 0))
                continue;
            size_t got = tlsf_extend_pool(&tlsf, arena + end, bytes);
            room *= TLSF_ALIGN;
            REQUIRE(got == (used && room < BLOCK_MIN ? 0 : room));
            REQUIRE(check() == 0);
            for (size_t i = end + got; i < end + got + 512; i++)
                REQUIRE(arena[i] == 0x5a);
            size_t more = used ? got : got + end - WORD - TLSF_ALIGN;
            REQUIRE(p == first(arena) && (used || !got || more >= got));
            if (used && got) REQUIRE(tlsf_malloc(&tlsf, 0) == arena + end);
        }
    }
}

static void remove_last(bool all_free) {
    char before[sizeof tlsf];
    memcpy(before, &tlsf, sizeof tlsf);
    char *at = pools[pool_count - 1];
    REQUIRE(tlsf_remove_pool(&tlsf, at) == all_free);
    if (!all_free) REQUIRE(!memcmp(before, &tlsf, sizeof tlsf));
    pool_count -= all_free;
    REQUIRE(check() == 0);
}

/* A pool goes only if all of it is free, whatever else there is. */
CASE(pools_are_removed) {
    for (int extended = 0; extended < 2; extended++) {
        start();
        add(arena, 3000);
        void *other = tlsf_malloc(&tlsf, 2500);
        size_t end = 8192 + add(arena + 8192, 3000);
        if (extended) REQUIRE(tlsf_extend_pool(&tlsf, arena + end, 3000));
        void *p = tlsf_malloc(&tlsf, 1000), *q = tlsf_malloc(&tlsf, 1000);
        REQUIRE(p == first(arena + 8192) && q);
        remove_last(false);
        tlsf_free(&tlsf, p); /* free, used, free */
        remove_last(false);
        p = tlsf_malloc(&tlsf, 1000);
        tlsf_free(&tlsf, q); /* used, free */
        remove_last(false);
        q = tlsf_malloc(&tlsf, extended ? 4000 : 1700);
        tlsf_free(&tlsf, p); /* free, used to about the end */
        remove_last(false);
        tlsf_free(&tlsf, q);
        remove_last(true);
        /* Nothing of it is left, and it may be added again. */
        memset(arena + 8192, 0xff, 8192);
        REQUIRE(!tlsf_malloc(&tlsf, 1000) && check() == 0);
        tlsf_free(&tlsf, other);
        remove_last(true);
        REQUIRE(!tlsf_malloc(&tlsf, 0));
        add(arena + 8192, 3000);
        REQUIRE(tlsf_malloc(&tlsf, 1000) == first(arena + 8192));
    }
}

/* Of neighbours in one bin, and of pools that touch, only the one goes. */
CASE(pools_of_one_bin_are_removed) {
    start();
    size_t used = add(arena, 1000);
    for (size_t i = 1; i < 5; i++)
        used += add(arena + used, 1000);
    REQUIRE(tlsf_remove_pool(&tlsf, pools[2]));
    pools[2] = pools[--pool_count];
    REQUIRE(check() == 0 && tlsf_remove_pool(&tlsf, pools[0]));
    pools[0] = pools[--pool_count];
    REQUIRE(check() == 0 && pool_count == 3);
    while (pool_count)
        remove_last(true);
    REQUIRE(!tlsf_malloc(&tlsf, 0));
}

/* The largest free block serves a request above the first level, whatever lies
   before it in its list. */
CASE(large_blocks_are_had) {
    for (size_t unit = 4000; unit < ARENA / 6; unit += unit / 3) {
        start();
        add(arena, ARENA);
        void *a = tlsf_malloc(&tlsf, 3 * unit), *s = tlsf_malloc(&tlsf, 100);
        void *b = tlsf_malloc(&tlsf, unit), *t = tlsf_malloc(&tlsf, 100);
        REQUIRE(a && s && b && t);
        while (tlsf_malloc(&tlsf, unit / 8))
            continue;
        tlsf_free(&tlsf, a);
        tlsf_free(&tlsf, b);
        REQUIRE(tlsf_malloc(&tlsf, 2 * unit) == a && check() == 0);
    }
}

/* The hook: what it was asked for, what it gives. */
static struct {
    size_t calls, bytes, offset;
    bool adds, lies;
} hook;

static bool more(struct tlsf *t, size_t bytes, void *context) {
    REQUIRE(t == &tlsf && context == &hook);
    hook.calls++;
    hook.bytes = bytes;
    if (hook.adds) add(arena + 1024 + hook.offset, bytes);
    return hook.adds || hook.lies;
}

static void hook_set(size_t offset, bool adds, bool lies) {
    tlsf.more = more;
    tlsf.context = &hook;
    hook = (typeof(hook)){0, 0, offset, adds, lies};
}

/* What it is asked for suffices, wherever it lies, and is little more. */
CASE(growth_by_hook) {
    for (size_t size = 0; size < ARENA / 2; size += 1 + size / 60) {
        start();
        hook_set(size % 61, true, false);
        char *p = tlsf_malloc(&tlsf, size);
        REQUIRE(p == first(arena + 1024 + size % 61) && hook.calls == 1);
        REQUIRE(hook.bytes <=
                whole(size) + whole(size) / SLLEN + 2 * TLSF_ALIGN);
        memset(p, 1, tlsf_usable_size(p));
        REQUIRE(check() == 0);
    }
    for (int lies = 0; lies < 2; lies++) {
        start();
        hook_set(0, false, lies);
        REQUIRE(!tlsf_malloc(&tlsf, 100) && hook.calls == 1);
        /* So large that there is nothing to ask for: of 32 bits only. */
        REQUIRE(!tlsf_malloc(&tlsf, REQUEST_MAX));
        REQUIRE(hook.calls == (WORD > 4 ? 2 : 1));
        REQUIRE(!tlsf_malloc(&tlsf, REQUEST_MAX + 1));
        REQUIRE(!tlsf_malloc(&tlsf, SIZE_MAX));
        REQUIRE(hook.calls == (WORD > 4 ? 2 : 1));
    }
    start();
    REQUIRE(!tlsf_malloc(&tlsf, 0));
    add(arena, 1000);
    REQUIRE(!tlsf_malloc(&tlsf, 1000) && !tlsf_malloc(&tlsf, REQUEST_MAX));
}

/* It lengthens the pool by less than what it is asked for. */
static bool more_but_little(struct tlsf *t, size_t bytes, void *end) {
    return tlsf_extend_pool(t, end, 4 * BLOCK_MIN) < bytes;
}

/* It exchanges a pool that is free for a longer one in the same place. */
static bool more_by_exchange(struct tlsf *t, size_t bytes, void *context) {
    REQUIRE(tlsf_remove_pool(t, arena) && context == arena);
    pools[0] = pools[--pool_count];
    return add(arena, bytes) != 0;
}

CASE(growth_by_exchange) {
    for (int again = 0; again < 2; again++) {
        start();
        add(arena, 1000);
        add(arena + 65536, 4000);
        tlsf.more = more_by_exchange;
        tlsf.context = arena;
        char *p = again ? tlsf_malloc(&tlsf, 3000) : NULL;
        if (p) memset(p, 7, 3000);
        char *q = tlsf_realloc(&tlsf, p, 9000);
        REQUIRE(q == first(arena) && (!p || (q[0] == 7 && q[2999] == 7)));
        REQUIRE(check() == 0);
    }
}

/* realloc slides down in a pool that a hook lengthened meanwhile in vain. */
CASE(growth_in_vain) {
    start();
    size_t end = add(arena, 3000);
    char *before = tlsf_malloc(&tlsf, 1000), *p = tlsf_malloc(&tlsf, 500);
    memset(p, 7, 500);
    tlsf_free(&tlsf, before);
    tlsf.more = more_but_little;
    tlsf.context = arena + end;
    char *q = tlsf_realloc(&tlsf, p, 2500);
    REQUIRE(q && q == before && check() == 0);
    for (size_t i = 0; i < 500; i++)
        REQUIRE(q[i] == 7);
}

/* realloc slides down if that is enough, with what follows or without. */
CASE(slides) {
    for (int behind = 0; behind < 2; behind++) {
        start();
        add(arena, 3000);
        char *before = tlsf_malloc(&tlsf, 700), *p = tlsf_malloc(&tlsf, 500);
        char *after = tlsf_malloc(&tlsf, 300);
        while (tlsf_malloc(&tlsf, 1))
            continue;
        memset(p, 7, 500);
        tlsf_free(&tlsf, before);
        if (behind) tlsf_free(&tlsf, after);
        REQUIRE(!tlsf_realloc(&tlsf, p, 1800) && check() == 0);
        char *q = tlsf_realloc(&tlsf, p, behind ? 1400 : 1100);
        REQUIRE(q && q == before && check() == 0);
        for (size_t i = 0; i < 500; i++)
            REQUIRE(q[i] == 7);
    }
}

/* What the hook added is too little for another block, but not for p. */
CASE(growth_for_the_last) {
    start();
    size_t end = add(arena, 3000);
    char *p = tlsf_malloc(&tlsf, 3000 - 8 * TLSF_ALIGN);
    REQUIRE(p && !tlsf_malloc(&tlsf, 1000));
    tlsf.more = more_but_little;
    tlsf.context = arena + end;
    REQUIRE(tlsf_realloc(&tlsf, p, 3000) == p && check() == 0);
}

/* Few rows and bins are few words. */
CASE(heap_is_small) {
    size_t least = (WORD > 4 ? 24 : 20) * 8 + 3;
    if (SLLEN == 8 && TLSF_FLLEN == 12) REQUIRE(sizeof tlsf == least * WORD);
    REQUIRE(sizeof tlsf < (33 * SLLEN + 36) * WORD);
}

CASE(alignments) {
    for (size_t offset = 0; offset < 8 * TLSF_ALIGN; offset += TLSF_ALIGN) {
        for (size_t align = 1; align < 4096; align *= 2) {
            start();
            add(arena + offset, 20000);
            void *p = tlsf_aligned_alloc(&tlsf, align, 300);
            REQUIRE(p && (uintptr_t)p % align == 0 && check() == 0);
            REQUIRE(!tlsf_aligned_alloc(&tlsf, align, SIZE_MAX));
            REQUIRE(!tlsf_aligned_alloc(&tlsf, align + 64, 8) || align == 64);
            tlsf_free(&tlsf, p);
            REQUIRE(check() == 0);
            REQUIRE(block_is_free(pool_first((uintptr_t)arena + offset)));
        }
    }
    REQUIRE(!tlsf_aligned_alloc(&tlsf, 0, 8));
}

CASE(reallocations) {
    start();
    size_t used = add(arena, 20000);
    char *p = tlsf_realloc(&tlsf, NULL, 100), *q = tlsf_malloc(&tlsf, 100);
    memset(p, 1, 100);
    char *r = tlsf_realloc(&tlsf, p, 1000);
    REQUIRE(r > q && r[0] == 1 && r[99] == 1 && check() == 0);
    REQUIRE(tlsf_malloc(&tlsf, 100) == p && tlsf_realloc(&tlsf, r, 50) == r);
    /* The last block does not grow memory: that is the owner's. */
    REQUIRE(!tlsf_realloc(&tlsf, r, used) && check() == 0);
    REQUIRE(!tlsf_realloc(&tlsf, r, 100000) && check() == 0);
    REQUIRE(!tlsf_realloc(&tlsf, r, SIZE_MAX) && r[49] == 1);
    tlsf_free(&tlsf, NULL);
    REQUIRE(tlsf_usable_size(NULL) == 0);
    REQUIRE(tlsf_usable_size(q) == whole(100) - WORD);
}

static void passed_start(void) {
    start();
    add(arena, ARENA);
}
static void *take(size_t size) { return tlsf_malloc(&tlsf, size); }
static void give(void *p) { tlsf_free(&tlsf, p); }

#include "passed.h"

/* What tlsf_walk shows, up to `most` blocks. */
static struct {
    size_t count, most, bytes, used;
    char *at;
} seen;

static bool visit(struct tlsf_block block, void *context) {
    REQUIRE(context == &seen && block.payload == seen.at);
    REQUIRE(block.payload_size + WORD == block.size);
    seen.at += block.size;
    seen.bytes += block.size;
    seen.used += block.used;
    return ++seen.count < seen.most;
}

CASE(walks) {
    start();
    size_t used = add(arena, 10000), lead = (size_t)(first(arena) - arena);
    for (int i = 0; i < 5; i++)
        REQUIRE(tlsf_malloc(&tlsf, 100));
    for (size_t most = 1; most < 9; most++) {
        seen = (typeof(seen)){.most = most, .at = first(arena)};
        tlsf_walk(arena, visit, &seen);
        REQUIRE(seen.count == (most < 6 ? most : 6));
        REQUIRE(seen.used == (most < 5 ? most : 5));
        if (most > 5) REQUIRE(seen.bytes == used - lead);
    }
}

/*
 * Two pools: [ used ][ b ][ used ][ c ][ used ][ d ][ used ], of which b and c
 * are free and in one bin, d is free and larger; and one that is all free.
 */
static struct { struct block *a, *b, *u, *c, *d, *last, *end, *alone; } row;

static void row_start(void) {
    start();
    size_t used = add(arena, 4096);
    row.a = block_of(first(arena));
    struct block *at[7] = {row.a};
    for (int i = 0; i < 7; i++) {
        void *p = tlsf_malloc(&tlsf, i == 5 ? 1700 : 5 * TLSF_ALIGN);
        at[i] = block_of(p);
        REQUIRE(p && (i == 0 || at[i] > at[i - 1]));
    }
    while (tlsf_malloc(&tlsf, 0))
        continue;
    REQUIRE(add(arena + 8192, 700));
    row.alone = pool_first((uintptr_t)arena + 8192);
    tlsf_free(&tlsf, block_payload(at[1]));
    tlsf_free(&tlsf, block_payload(at[3]));
    tlsf_free(&tlsf, block_payload(at[5]));
    row.b = at[1], row.u = at[2], row.c = at[3], row.d = at[5];
    row.last = at[6];
    row.end = block_of(arena + used);
    REQUIRE(row.c->next == row.b && row.d->link != row.b && !check());
}

/* One word is overwritten, seen, and put right again. */
static void broken(void *at, size_t value, int invariant) {
    size_t was, *word = at;
    memcpy(&was, word, sizeof was);
    REQUIRE(was != value);
    memcpy(word, &value, sizeof value);
    int said = check();
    if (said != invariant) fprintf(stderr, "%d, not %d\n", said, invariant);
    REQUIRE(said == invariant);
    memcpy(word, &was, sizeof was);
    REQUIRE(check() == 0);
}

#define ADDRESS(of) ((size_t)(uintptr_t)(of))

static void pools_swap(size_t i, size_t j) {
    void *was = pools[i];
    pools[i] = pools[j];
    pools[j] = was;
}

/* The order in which they are named does not matter. */
CASE(pools_in_any_order) {
    row_start();
    pools_swap(0, 1);
    REQUIRE(check() == 0);
}

/* A third pool whose first block is the first's end, named first or last. */
CASE(pools_overlap) {
    row_start();
    pools[pool_count++] = (char *)row.end + WORD;
    REQUIRE(pool_first((uintptr_t)pools[2]) == row.end && check() == 1);
    pools_swap(0, 2);
    REQUIRE(check() == 1);
}

CASE(blocks_broken) {
    row_start();
    size_t size = block_size(row.u);
    broken(&row.a->header, ((size_t)0 - TLSF_ALIGN) | USED, 2);
    broken(&row.end->header, 0, 1);
    if (TLSF_ALIGN > WORD) broken(&row.u->header, row.u->header + WORD, 2);
    if (BLOCK_MIN > TLSF_ALIGN) broken(&row.u->header, TLSF_ALIGN | USED, 2);
    broken(&row.a->header, row.a->header | PREV_FREE, 3);
    broken(&row.last->header, row.last->header & ~(size_t)PREV_FREE, 3);
    broken(&row.u->header, row.u->header & ~(size_t)PREV_FREE, 3);
    broken(&row.u->prev, ADDRESS(row.a), 3);
    broken(&row.end->header, USED | PREV_FREE, 3);
    broken(&row.u->header, size | PREV_FREE, 4);
    /* The last block of a pool is free. */
    struct block *end = block_at(row.alone, row.alone->header);
    broken(&end->header, USED, 3);
    broken(&end->prev, ADDRESS(row.a), 3);
}

CASE(links_broken) {
    row_start();
    broken(&row.c->next, 0, 5);
    broken(&row.c->next, ADDRESS(row.d), 5);
    broken(&row.b->link, ADDRESS(row.d), 5);
    broken(&row.c->link, ADDRESS(row.b), 5);
    broken(&row.c->link, ADDRESS(slot_link(heap, FIRST_BIN)), 5);
    broken(&row.b->next, ADDRESS(row.d), 5);
    broken(&row.d->link, ADDRESS(slot_link(heap, FIRST_BIN + 1)), 5);
    broken(&heap->slot[END].first, ADDRESS(row.u), 8);
}

/* d moved to where it does not belong, links and bits in order. */
CASE(bin_wrong) {
    row_start();
    struct block *home = bins_floor(heap, row.d->header);
    size_t wrong = slot_index(heap, home) - 1;
    bins_remove(heap, row.d);
    bins_insert(heap, row.d, slot_link(heap, wrong));
    REQUIRE(check() == 5 && !check_is_home(heap, row.d));
    bins_remove(heap, row.d);
    bins_insert(heap, row.d, home);
    REQUIRE(check() == 0 && check_is_home(heap, row.d));
}

CASE(maps_broken) {
    row_start();
    size_t bin = slot_index(heap, row.c->link),
           d = slot_index(heap, row.d->link);
    size_t *map = &heap->slot[bin / SLLEN].map, *root = &heap->slot[ROOT].map;
    broken(map, *map ^ (size_t)1 << bin % SLLEN, 6);
    broken(map, *map ^ (size_t)2 << bin % SLLEN, 6);
    broken(root, *root ^ (size_t)1 << bin / SLLEN, 6);
    broken(root, *root | 1, 6);
    broken(root, *root | 2, 6);
    broken(root, *root | (size_t)1 << 31, 6);
    broken(root, *root | (size_t)1 << 2, 6);
    broken(&heap->slot[2].map, 1, 6);
    if (WORD > 4) broken(root, *root | (size_t)1 << (8 * WORD - 1), 6);
    if (WORD > 4) broken(root, *root | (size_t)1 << (4 * WORD), 6);
    if (8 * WORD > SLLEN) {
        broken(map, *map | (size_t)1 << SLLEN % (8 * WORD), 6);
        broken(map, *map | (size_t)1 << (8 * WORD - 1), 6);
    }
    broken(&heap->slot[NO_ROW].map, 1, 6);
    broken(&heap->slot[END].map, 1, 8);
    for (size_t i = SLOTS; i < WORDS; i++)
        broken(&heap->slot[i].map, 1, i == NO_ROW ? 6 : 8);
    broken(&heap->slot[d].first, 0, 5);
    broken(&heap->slot[d + 1].first, ADDRESS(row.d), 6);
}

/* Rows that have no bins, whose map the root knows. */
CASE(rows_broken) {
    row_start();
    for (size_t at = 2; at < 32; at++) {
        if (at >= TLSF_FIRST_ROW && at * SLLEN < SLOTS) continue;
        heap->slot[ROOT].map ^= (size_t)1 << at;
        heap->slot[at].map = 1;
        REQUIRE(check() == 6);
        heap->slot[ROOT].map ^= (size_t)1 << at;
        heap->slot[at].map = 0;
    }
}

CASE(lists_broken) {
    row_start();
    /* Fewer pools than the bins know of, and none. */
    pool_count = 1;
    REQUIRE(check());
    pool_count = 0;
    REQUIRE(check());
    pool_count = 2;
    /* Free, in a list that no bin begins; in each pool. */
    for (int i = 0; i < 2; i++) {
        row_start();
        struct block fake = {0}, *b = i ? row.alone : row.d;
        bins_remove(heap, b);
        fake.next = b;
        b->link = &fake;
        REQUIRE(check() == 5);
    }
    /* A bin of what is no block of a pool. */
    row_start();
    struct block fake = {.header = 2 * BLOCK_MIN};
    bins_insert(heap, &fake, bins_floor(heap, fake.header));
    REQUIRE(!fake.next && check() == 5);
}

/* A link to the end marker is followed to no word behind the pool, where no
   memory is. */
CASE(link_to_the_end) {
    const size_t page = 1 << 16;
    char *at = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(at != MAP_FAILED && !mprotect(at + page, page, PROT_NONE));
    start();
    REQUIRE(add(at, page) == page);
    struct block *b = block_of(first(at));
    broken(&b->next, ADDRESS(block_of(at + page)), 5);
    REQUIRE(!munmap(at, 2 * page));
}

/* Blocks of the last rows. */
CASE(pools_of_gigabytes) {
    if (WORD == 4) return;
    const size_t bytes = (size_t)1 << (4 * WORD + 1);
    char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(at != MAP_FAILED);
    start();
    size_t used = add(at, bytes);
    REQUIRE(used == bytes);
    void *p = tlsf_malloc(&tlsf, bytes / 2), *q = tlsf_malloc(&tlsf, bytes / 4);
    REQUIRE(p == first(at) && q && check() == 0);
    tlsf_free(&tlsf, p);
    REQUIRE(check() == 0);
    tlsf_free(&tlsf, q);
    REQUIRE(check() == 0 && block_is_free(block_of(p)));
    REQUIRE(!munmap(at, bytes));
}

/* What the rows of pools show first, asked of the parts alone. */
CASE(parts_broken) {
    row_start();
    struct check c = {heap, (uintptr_t)arena, (uintptr_t)arena + ARENA, 0};
    size_t bin = slot_index(heap, row.c->link), count = 2;
    REQUIRE(check_bin(&c, bin, &count) == 0 && count == 0);
    REQUIRE(check_bin(&c, bin, &count) == 7);
    count = 9;
    row.c->header |= USED;
    REQUIRE(check_bin(&c, bin, &count) == 5);
    row.c->header ^= USED;
    size_t was = row.b->header;
    row.b->header = row.d->header;
    REQUIRE(check_bin(&c, bin, &count) == 5);
    row.b->header = was;
    REQUIRE(check_bins(&c, 4) == 0 && check_bins(&c, 5) == 7);
    REQUIRE(check_bins(&c, 3) == 7);
    REQUIRE(check_is_linked(&c, row.c));
    row.b->link = row.d;
    REQUIRE(!check_is_linked(&c, row.c));
}

int main(void) { cases_run(); }
