/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A freestanding program of several threads: with data, which only the first
   instance writes, with variables that each thread has, and with its errno. */
#include "tlsf_malloc.h"
#include "tlsf_threads.h"

enum { LIVE = 32, MOST = 4000 };

extern _Thread_local int errno;

static char text[] = "data that a late instance must not write again";
static _Thread_local unsigned random = 1;
static _Thread_local unsigned char *live[LIVE];
static unsigned char *place;

static unsigned below(unsigned n) {
    random = random * 1664525 + 1013904223;
    return (random >> 8) % n;
}

/* A block begins with its size and ends in a byte of its seed, as it has
   behind its size. */
static void mark(unsigned char *p, unsigned size, unsigned seed) {
    *(unsigned *)(void *)p = size;
    p[4] = p[size - 1] = (unsigned char)seed;
}

static int is_marked(const unsigned char *p) {
    return p[4] == p[*(const unsigned *)(const void *)p - 1];
}

/* Returns 0, or how it failed. */
int run(unsigned seed, int may_wait, int steps);
int run(unsigned seed, int may_wait, int steps) {
    tlsf_set_may_wait(may_wait);
    random = seed;
    if (errno) return 1;
    text[0] = 'D';
    for (int i = 0; i < steps; i++) {
        unsigned char **at = &live[below(LIVE)];
        if (*at && !is_marked(*at)) return 2;
        if (*at && below(3) == 0) {
            *at = __atomic_exchange_n(&place, *at, __ATOMIC_SEQ_CST);
        } else if (*at) {
            free(*at);
            *at = 0;
        } else {
            unsigned size = 8 + below(1 + below(MOST)); /* small ones mostly */
            *at = malloc(size);
            if (!*at) return 3;
            mark(*at, size, below(256));
        }
    }
    for (int i = 0; i < LIVE; i++)
        free(live[i]);
    if (errno) return 4; /* another thread's is not ours */
    void *volatile p = malloc(seed % 2 ? (size_t)-1 : 1);
    free(p);
    return errno == (seed % 2 ? 48 : 0) && text[0] == 'D' ? 0 : 5;
}

void *own_area(size_t bytes);
void *own_area(size_t bytes) { return malloc(bytes); }
