/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Threads that hand blocks to each other through shared places: whoever takes
 * one verifies, resizes or frees what another made. Threads end and others
 * begin, and between them the process forks while the rest allocates.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "random.h"
#include "require.h"

enum { THREADS = 4, PLACES = 512, STEPS = 20000 };

/* What a block begins with; the rest of it is `tag`. */
struct head {
    size_t size;
    unsigned char tag;
};

static _Atomic(struct head *) places[PLACES];
static atomic_ullong handed;

static void fill(struct head *h, size_t size, unsigned char tag) {
    memset(h, tag, size);
    h->size = size;
    h->tag = tag;
}

static void verify(const struct head *h, size_t upto) {
    const unsigned char *bytes = (const unsigned char *)h;
    for (size_t i = sizeof *h; i < upto; i++)
        REQUIRE(bytes[i] == h->tag);
}

static size_t pick_size(void) { return sizeof(struct head) + log_size(15); }

static struct head *make(void) {
    size_t size = pick_size(), align = (size_t)16 << below(8);
    size_t how = below(8);
    struct head *h = how == 0   ? calloc(1, size)
                     : how == 1 ? aligned_alloc(align, size)
                                : malloc(size);
    REQUIRE(h && malloc_usable_size(h) >= size);
    REQUIRE(how != 1 || (uintptr_t)h % align == 0);
    if (how == 0) verify(h, size);
    fill(h, size, (unsigned char)below(256));
    return h;
}

static struct head *resize(struct head *h) {
    size_t was = h->size, size = pick_size();
    struct head *old = h;
    h = realloc(old, size);
    REQUIRE(h);
    verify(h, was < size ? was : size);
    fill(h, size, (unsigned char)below(256));
    return h;
}

static void hand(struct head *h) {
    h = atomic_exchange(&places[below(PLACES)], h);
    if (!h) return;
    atomic_fetch_add(&handed, 1);
    verify(h, h->size);
    free(h);
}

static void *work(void *seed) {
    random_seed((uintptr_t)seed);
    for (int i = 0; i < STEPS; i++) {
        struct head *h = NULL;
        if (below(2)) {
            h = atomic_exchange(&places[below(PLACES)], NULL);
        }
        hand(h ? resize(h) : make());
    }
    return NULL;
}

/* The child has one thread and all of the heap, whoever held the lock. */
static void fork_one(uintptr_t seed) {
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (!child) {
        random_seed(seed);
        for (int i = 0; i < 2000; i++)
            hand(make());
        _exit(0);
    }
    int status;
    REQUIRE(waitpid(child, &status, 0) == child && status == 0);
}

static void round_of(uintptr_t seed) {
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) {
        void *of = (void *)(seed * THREADS + i + 1);
        REQUIRE(!pthread_create(&threads[i], NULL, work, of));
    }
    for (uintptr_t i = 0; i < 5; i++)
        fork_one(seed * 5 + i);
    for (int i = 0; i < THREADS; i++)
        REQUIRE(!pthread_join(threads[i], NULL));
}

int main(int argc, char **argv) {
    uintptr_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 3;
    for (uintptr_t seed = 0; seed < rounds; seed++)
        round_of(seed);
    for (int i = 0; i < PLACES; i++) {
        if (places[i]) verify(places[i], places[i]->size);
        free(places[i]);
    }
    REQUIRE(handed > rounds * THREADS * STEPS / 2);
    printf("%llu blocks handed over\n", (unsigned long long)handed);
}
