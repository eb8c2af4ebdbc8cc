/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Threads in one heap, with everything that the C family has, under
 * ThreadSanitizer. Each thread has blocks of its own, whose contents it knows,
 * and hands blocks to others through shared places. Memory ends early, so that
 * growth fails while others wait. Every second thread spins, as one that may
 * not sleep does.
 *
 *   threads THREADS STEPS SEED
 *
 * Prints the operations, those that failed, and the share of the thread that
 * came to the fewest.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>

#include "require.h"

/* The heap's functions keep out of the C library's way. */
#define malloc heap_public_malloc
#define free heap_public_free
#define calloc heap_public_calloc
#define realloc heap_public_realloc
#define aligned_alloc heap_public_aligned_alloc
#define posix_memalign heap_public_posix_memalign
#define memalign heap_public_memalign
#define malloc_usable_size heap_public_malloc_usable_size
#define __libc_malloc heap_public_libc_malloc
#define __libc_free heap_public_libc_free
#define __libc_calloc heap_public_libc_calloc

#include TLSF_BUILD

#include TLSF_CHECK

enum { MOST = 16, LIVE = 64, PLACES = 32, INITIAL = 2 };

struct made {
    unsigned char *p;
    size_t size;
    unsigned char tag;
};

struct worker {
    pthread_t thread;
    uint64_t random;
    struct made live[LIVE];
    size_t done, failed, busy;
    bool may_sleep;
};

static struct worker workers[MOST];

/* A place holds a block that begins with what it is. */
struct head {
    size_t size;
    unsigned char tag;
};
static _Atomic(struct head *) places[PLACES];
static atomic_size_t handed, running;
static size_t steps;

static size_t below(struct worker *w, size_t n) {
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (size_t)(w->random >> 11) % n;
}

/* Most are small; some are pages, so that memory is at its end often. */
static size_t pick_size(struct worker *w) {
    return below(w, (size_t)1 << (4 + below(w, below(w, 6) ? 8 : 14)));
}

static void fill(struct made *m) { memset(m->p, m->tag, m->size); }

static void verify(const struct made *m, size_t upto) {
    for (size_t i = 0; i < upto; i++)
        REQUIRE(m->p[i] == m->tag);
}

static void allocate(struct worker *w, struct made *m) {
    size_t size = pick_size(w), how = below(w, 6);
    size_t align = (size_t)16 << below(w, 6);
    void *p = NULL;
    enum { UNTOUCHED = 12345 };
    errno = UNTOUCHED;
    if (how == 0) p = family_calloc(1, size);
    if (how == 1) p = family_aligned_alloc(align, size);
    if (how == 2) p = family_try_malloc(size);
    if (how == 3 && family_posix_memalign(&p, align, size)) p = NULL;
    if (how > 3) p = family_malloc(size);
    if (how == 2) w->busy += !p;
    if (how != 2) w->failed += !p;
    /* A posix_memalign that fails may leave any errno. */
    if (p || how != 3) REQUIRE(errno == (p || how == 2 ? UNTOUCHED : ENOMEM));
    if (!p) return;
    REQUIRE((uintptr_t)p % (how == 1 || how == 3 ? align : 16) == 0);
    REQUIRE(family_malloc_usable_size(p) >= size);
    *m = (struct made){p, size, (unsigned char)(1 + below(w, 255))};
    if (how == 0) verify(&(struct made){p, size, 0}, size);
    fill(m);
}

static void resize(struct worker *w, struct made *m) {
    size_t size = pick_size(w);
    void *p = family_realloc(m->p, size);
    w->failed += !p;
    if (!p) return verify(m, m->size);
    size_t least = size < m->size ? size : m->size;
    m->p = p;
    m->size = size;
    verify(m, least);
    fill(m);
}

static void release(struct worker *w, struct made *m) {
    verify(m, m->size);
    if (below(w, 2)) {
        family_free(m->p);
    } else if (!family_try_free(m->p)) {
        w->busy++;
        return verify(m, m->size);
    }
    m->p = NULL;
}

/* Puts a block where somebody else takes it, and takes one that lies there. */
static void hand_over(struct worker *w, struct made *m) {
    struct head *h = NULL;
    if (m->size >= sizeof *h) {
        h = (struct head *)m->p;
        *h = (struct head){m->size, m->tag};
        m->p = NULL;
    }
    h = atomic_exchange(&places[below(w, PLACES)], h);
    if (!h) return;
    atomic_fetch_add(&handed, 1);
    struct made other = {(unsigned char *)h, h->size, h->tag};
    memset(h, other.tag, sizeof *h);
    verify(&other, other.size);
    if (m->p)
        family_free(other.p);
    else
        *m = other;
}

static void do_one(struct worker *w) {
    struct made *m = &w->live[below(w, LIVE)];
    if (!m->p)
        allocate(w, m);
    else if (!below(w, 4))
        resize(w, m);
    else if (!below(w, 3))
        hand_over(w, m);
    else
        release(w, m);
}

static void *work(void *of) {
    struct worker *w = of;
    tlsf_set_may_wait(w->may_sleep);
    for (; w->done < steps && atomic_load(&running); w->done++)
        do_one(w);
    atomic_store(&running, 0); /* so the others are counted now */
    return NULL;
}

static void give_back(struct worker *w) {
    for (size_t i = 0; i < LIVE; i++) {
        if (!w->live[i].p) continue;
        verify(&w->live[i], w->live[i].size);
        family_free(w->live[i].p);
    }
}

int main(int argc, char **argv) {
    REQUIRE(argc == 4);
    size_t n = strtoul(argv[1], NULL, 10), seed = strtoul(argv[3], NULL, 10);
    steps = strtoul(argv[2], NULL, 10);
    REQUIRE(n <= MOST);
    size_t pages = INITIAL + n; /* too few at times */
    char *at = mmap(NULL, pages << PAGE_LOG, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(at != MAP_FAILED);
    uintptr_t start = ((uintptr_t)at | ((1 << PAGE_LOG) - 1)) + 1;
    host_open(start, (start >> PAGE_LOG) + INITIAL);
    host.limit = (start >> PAGE_LOG) + pages - 1;

    atomic_store(&running, 1);
    for (size_t i = 0; i < n; i++) {
        workers[i].random = seed * MOST + i + 1;
        workers[i].may_sleep = i % 2 == 0;
        REQUIRE(!pthread_create(&workers[i].thread, NULL, work, &workers[i]));
    }
    size_t all = 0, failed = 0, busy = 0, least = SIZE_MAX, most = 0;
    for (size_t i = 0; i < n; i++) {
        REQUIRE(!pthread_join(workers[i].thread, NULL));
        struct worker *w = &workers[i];
        all += w->done;
        failed += w->failed;
        busy += w->busy;
        if (w->done < least) least = w->done;
        if (w->done > most) most = w->done;
    }
    void *pools[] = {(void *)start};
    REQUIRE(check_family(pools, 1) == 0);
    for (size_t i = 0; i < n; i++)
        give_back(&workers[i]);
    for (size_t i = 0; i < PLACES; i++)
        family_free(places[i]);
    REQUIRE(check_family(pools, 1) == 0);
    REQUIRE(lock.door == 0 && lock.turn[lock.tickets % TURNS] == lock.tickets);
    size_t whole = (host.top << PAGE_LOG) - start - 3 * HEAD;
    REQUIRE(family_malloc(whole)); /* one block again */
    printf("%zu operations, %zu handed over, %zu failed, %zu busy, %.2f\n", all,
           (size_t)handed, failed, busy, (double)least / (double)most);
}
