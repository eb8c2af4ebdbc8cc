/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The checker is itself tested. In random heaps of the C family, of several
 * pools, every word that means something is corrupted in turn: each of its
 * bits, and values that look right (nothing, its neighbours, other blocks, a
 * word beside). check_heap must say so each time, by the number of the
 * invariant that this word is part of, unless a size leads it elsewhere; and
 * only then does it read beside the heap, around which no memory can be read.
 *
 * Not detectable, by design, and so required to pass:
 *   - where blocks have no `prev`, the size of a used block that now ends where
 *     a later used block did: the row is sound, what lies between is lost;
 *   - a used block of size 0 where nothing behind it in the pool is free and
 *     the pool is not the last: that is an end marker;
 *   - no `end`, in the flat core;
 *   - how an empty bin says so, where links are compared (src/hard/ends.h);
 *   - the high-water mark anywhere up to the end of memory: too high, more is
 *     cleared than need be; too low is wrong, but only what memory holds could
 *     tell.
 * A size that is too small is found because what users wrote there does not
 * look like a header.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "live.h"
#include "random.h"

#include "renamed.h"

#include "build.h"

enum { PAGES = 96, POOLS = 4 };

static uintptr_t memory; /* PAGES pages, with nothing around them */
static void *pools[POOLS];
static size_t pool_count;
static sigjmp_buf trapped;

static void trap(int number) { siglongjmp(trapped, number); }

static void map_memory(void) {
    size_t around = sizeof(void *) > 4 ? (size_t)1 << 30 << 3 : 1 << 28;
    char *at = mmap(NULL, 2 * around, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(at != MAP_FAILED);
    memory = (uintptr_t)at + around;
    REQUIRE(!mprotect((void *)memory, (size_t)PAGES << PAGE_LOG,
                      PROT_READ | PROT_WRITE));
    struct sigaction action = {.sa_handler = trap, .sa_flags = SA_NODEFER};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
}

/* Random operations; payloads hold what is no header. */
static void fill_block(struct live *l, unsigned char *p) {
    l->p = p;
    if (p) memset(p, 0x0c, malloc_usable_size(p));
}

static void track(size_t before, uintptr_t end) {
    if ((uintptr_t)check_end() == end) return;
    if (!end) pools[0] = (void *)host_pool(true, before);
    if (!end || end + END_SIZE == before << PAGE_LOG) return;
    REQUIRE(pool_count < POOLS);
    pools[pool_count++] = (void *)(before << PAGE_LOG);
}

static void random_step(struct live *l) {
    if (l->p && below(2)) {
        fill_block(l, realloc(l->p, log_size(7)));
    } else if (l->p) {
        free(l->p);
        l->p = NULL;
    } else {
        fill_block(l, malloc(below(30) ? log_size(8) : 700));
    }
}

static void random_heap(unsigned seed) {
    random_seed(seed);
    check_forget();
    memset(live, 0, sizeof live);
    memset((void *)memory, CALLOC_SPARES ? 0 : 0x0c, (size_t)PAGES << PAGE_LOG);
    host_open(memory + below(40), (memory >> PAGE_LOG) + 4);
    host.limit = (memory >> PAGE_LOG) + PAGES;
    pool_count = 1;
    pools[0] = (void *)host.start;
    for (size_t i = 0; i < 80 + 40 * (seed % 3); i++) {
        if (seed % 4 && pool_count < POOLS && below(20) == 0) pages_grow(1);
        size_t before = host.top;
        uintptr_t end = (uintptr_t)check_end();
        random_step(&live[below(24)]);
        track(before, end);
        if (pool_count == POOLS) host.limit = host.top;
    }
    REQUIRE(check_heap(&heap, pools, pool_count) == 0);
}

/* A word of any alignment. */
typedef size_t any_place __attribute__((aligned(1), may_alias));

enum kind { HEADER, LINK, TAG, SLOT };

static unsigned long long reported, by_trap, by_design;

/* The number of what check_heap finds broken; -1 if it read elsewhere. */
static int checked(void) {
    if (sigsetjmp(trapped, 1)) return -1;
    alarm(10);
    return check_family(pools, pool_count);
}

static struct block *pool_at(size_t pool) {
    return pool_first((uintptr_t)pools[pool]);
}

static struct block *block_after(struct block *b) {
    return block_at(b, block_size(b));
}

/* Does a block, or the pool's end marker, begin at `at`? */
static bool pool_has(size_t pool, const struct block *at) {
    struct block *b = pool_at(pool);
    while (b != at && block_size(b))
        b = block_after(b);
    return b == at;
}

/* Is a block from b on, to `to` or the end of its pool, free? */
static bool any_free(struct block *b, const struct block *to) {
    for (; b != to && block_size(b); b = block_after(b))
        if (block_is_free(b)) return true;
    return false;
}

/* Each index has its own words, and its own way to break a list:
 *
 *   name_of_word(word)     where a word lies in the state, for a message
 *   is_slot_missed         may a word of the state have this value by design?
 *   is_its_invariant       is this the invariant that a word of this kind, no
 *                          more, can break? Only a header leads elsewhere, and
 *                          there to any
 *   has_prev(b)            does b's prev mean something?
 *   is_followed(b)         is another block next in b's list?
 *   corrupt_end, corrupt_state   the words of the last end marker, of the heap
 *   in_another_bin, two_neighbours, missing   break the list of a free block
 */
static void corrupt_word(any_place *word, enum kind kind, size_t where,
                         void *at);
static void require_found(int least, int most);

#include CORE_FILE(words)

/* By design nothing tells that b, of a pool, has another size. */
static bool is_size_missed(size_t pool, struct block *b, size_t value) {
    size_t size = value & ~(size_t)FLAGS;
    if (block_is_free(b) || (value ^ b->header) & FLAGS) return false;
    struct block *n = block_after(b), *to = block_at(b, size);
    if (n == b) return false;
    if (!size) return pool + 1 < pool_count && !any_free(n, NULL);
    return HAS_TAGS && pool_has(pool, to) && to >= n && !any_free(n, to);
}

static bool word_missed(enum kind kind, size_t where, void *at, size_t value) {
    if (kind == HEADER) return is_size_missed(where, at, value);
    return kind == SLOT && is_slot_missed(where, value);
}

/* One word becomes another value, and again what it was. */
static void corrupt(any_place *word, size_t value, enum kind kind, size_t where,
                    void *at) {
    const size_t was = *word;
    if (value == was) return;
    bool missed = word_missed(kind, where, at, value);
    *word = value;
    int found = checked();
    *word = was;
    bool right = missed ? found == 0 : is_its_invariant(kind, where, found);
    if (!right)
        fprintf(stderr, "kind %d, word %zu of the heap, %#zx for %#zx: %d\n",
                kind, name_of_word(word), value, was, found);
    REQUIRE(right);
    by_design += found == 0;
    by_trap += found < 0;
    reported += found > 0;
    step++;
}

static void corrupt_word(any_place *word, enum kind kind, size_t where,
                         void *at) {
    const size_t was = *word,
                 beside[] = {0,          SIZE_MAX,         was + WORD,
                             was - WORD, was + TLSF_ALIGN, was - TLSF_ALIGN};
    for (size_t i = 0; i < sizeof beside / WORD; i++)
        corrupt(word, beside[i], kind, where, at);
    for (unsigned bit = 0; bit < 8 * WORD; bit++)
        corrupt(word, was ^ (size_t)1 << bit, kind, where, at);
    for (size_t i = 0; i < pool_count; i++)
        for (struct block *b = pool_at(i), *n = NULL; b != n;
             n = b, b = block_after(b)) {
            size_t value = (size_t)b;
            if (kind == HEADER) value += (was & FLAGS) - (size_t)at;
            corrupt(word, value, kind, where, at);
        }
}

static void corrupt_block(size_t pool, struct block *b) {
    corrupt_word(&b->header, HEADER, pool, b);
    if (has_prev(b)) corrupt_word((any_place *)&b->prev, TAG, pool, b);
    if (!check_has_links(b)) return;
    corrupt_word((any_place *)&b->next, LINK, pool, b);
    corrupt_word((any_place *)&b->link, LINK, pool, b);
}

static void corrupt_words(void) {
    for (size_t i = 0; i < pool_count; i++) {
        struct block *b = pool_at(i);
        for (; block_size(b); b = block_after(b))
            corrupt_block(i, b);
        corrupt_block(i, b);
    }
    corrupt_state();
}

static unsigned char kept[PAGES << PAGE_LOG];
static struct heap kept_heap;

/* After more than a word has changed: it is found, and all is as before. */
static void require_found(int least, int most) {
    int found = checked();
    REQUIRE(found >= least && found <= most);
    memcpy((void *)memory, kept, sizeof kept);
    heap = kept_heap;
    reported++;
    step++;
}

static void missing(struct block *b) {
    bins_remove(&heap, b);
    require_found(5, 7);
}

static void circles(struct block *b) {
    b->next = b;
    require_found(5, 7);
    b->next = b->link = b;
    require_found(5, 7);
    if (!is_followed(b)) return;
    b->next->next = b;
    require_found(5, 7);
}

static void corrupt_lists(void) {
    memcpy(kept, (void *)memory, sizeof kept);
    kept_heap = heap;
    for (size_t i = 0; i < pool_count; i++)
        for (struct block *b = pool_at(i); block_size(b); b = block_after(b)) {
            if (!check_has_links(b)) continue;
            missing(b);
            in_another_bin(b);
            two_neighbours(b);
            circles(b);
        }
}

int main(int argc, char **argv) {
    unsigned seeds = argc > 1 ? (unsigned)atoi(argv[1]) : 12;
    size_t most_pools = 0;
    map_memory();
    for (unsigned seed = 1; seed <= seeds; seed++) {
        random_heap(seed);
        if (pool_count > most_pools) most_pools = pool_count;
        corrupt_words();
        corrupt_lists();
        REQUIRE(checked() == 0);
    }
    REQUIRE(most_pools > 1);
    printf("%llu corruptions: %llu reported, %llu led outside, %llu by design "
           "not found\n",
           step, reported, by_trap, by_design);
}
