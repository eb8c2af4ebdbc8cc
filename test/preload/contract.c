/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What programs rely on, in one process whose malloc is ours and whose memory
 * ends: the C standard's and POSIX's promises, and patterns of use that have
 * broken or bloated allocators. For the host (preload.c) and for wasm.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>

#include "random.h"
#include "require.h"

void *memalign(size_t align, size_t size);
size_t malloc_usable_size(void *p);

enum { MANY = 4096, WORD = sizeof(size_t) };

static unsigned char *held[MANY];

/* Returns n, hidden from the compiler, which knows what malloc refuses and
 * warns. */
static size_t hidden(size_t n) {
    static volatile size_t zero;
    return n + zero;
}

static void *require_full(void *p, size_t size, size_t align) {
    REQUIRE(p && (uintptr_t)p % align == 0);
    REQUIRE(malloc_usable_size(p) >= size);
    step++;
    return p;
}

static void *take(size_t size) {
    return require_full(malloc(size), size, _Alignof(max_align_t));
}

static void free_all(void) {
    for (size_t i = 0; i < MANY; i++) {
        free(held[i]);
        held[i] = NULL;
    }
}

static bool is_filled(const unsigned char *p, size_t size, size_t tag) {
    for (size_t i = 0; i < size; i++)
        if (p[i] != tag) return false;
    return true;
}

/* Sizes around every power of two and every small one. */
static size_t some_size(size_t i) {
    return i < 2048 ? i : ((size_t)1 << (i % 14)) + i % 7;
}

static void no_bytes_is_a_block_of_its_own(void) {
    for (size_t i = 0; i < 64; i++) {
        held[3 * i] = take(0);
        held[3 * i + 1] = require_full(calloc(0, hidden(SIZE_MAX)), 0, 1);
        held[3 * i + 2] = require_full(realloc(NULL, hidden(0)), 0, 1);
        for (size_t k = 0; k < 3 * i; k++)
            REQUIRE(held[k] != held[3 * i] && held[k] != held[3 * i + 1] &&
                    held[k] != held[3 * i + 2]);
    }
    free_all();
    REQUIRE(malloc_usable_size(NULL) == 0);
    free(NULL);
}

static void every_usable_byte_is_ours(void) {
    for (size_t i = 0; i < MANY; i++) {
        held[i] = take(some_size(i));
        memset(held[i], (int)(i % 251), malloc_usable_size(held[i]));
    }
    for (size_t i = 0; i < MANY; i++)
        REQUIRE(is_filled(held[i], malloc_usable_size(held[i]), i % 251));
    free_all();
}

static void realloc_keeps_every_usable_byte(void) {
    for (size_t i = 0; i < MANY; i++) {
        size_t to = some_size(i * 7 % MANY);
        unsigned char *p = take(some_size(i));
        size_t had = malloc_usable_size(p);
        memset(p, 0x5b, had);
        held[i] = require_full(realloc(p, to), to, _Alignof(max_align_t));
        size_t has = malloc_usable_size(held[i]);
        REQUIRE(is_filled(held[i], had < has ? had : has, 0x5b));
        memset(held[i], 0x7d, has);
    }
    free_all();
}

/* To the usable size nothing need move, and nothing changes. */
static void realloc_to_the_usable_size_stays(void) {
    for (size_t i = 0; i < MANY; i++) {
        unsigned char *p = take(some_size(i));
        size_t usable = malloc_usable_size(p);
        REQUIRE(realloc(p, usable) == p && malloc_usable_size(p) == usable);
        held[i] = p;
    }
    free_all();
}

/* Two buffers that grow in turn, each in the other's way; then they shrink. */
static void chains_of_realloc(void) {
    for (size_t grow = 1; grow < 1000; grow = grow * 2 + 1) {
        size_t size[2] = {1, 1};
        for (size_t i = 0; i < 1500 && size[i % 2] < 100000; i++) {
            size_t k = i % 2, was = size[k];
            size[k] += grow == 511 ? was / 2 + 1 : grow;
            held[k] = require_full(realloc(held[k], size[k]), size[k], 1);
            if (i > 1) REQUIRE(is_filled(held[k], was, k));
            memset(held[k], (int)k, size[k]);
        }
        for (size_t i = 0; size[0] + size[1] > 2; i++) {
            size_t k = i % 2;
            size[k] -= (size[k] - 1) / 3 + (size[k] > 1);
            held[k] = require_full(realloc(held[k], size[k]), size[k], 1);
            REQUIRE(is_filled(held[k], size[k], k));
        }
        free_all();
    }
}

static void *aligned(size_t how, size_t align, size_t size) {
    void *p = NULL;
    if (how == 0) return aligned_alloc(align, size);
    if (how == 1) return memalign(align, size);
    REQUIRE(align < sizeof p || posix_memalign(&p, align, size) == 0);
    return align < sizeof p ? malloc(size) : p;
}

static void alignments(void) {
    for (size_t log = 0; log <= 16; log++) {
        size_t align = (size_t)1 << log, n = log > 10 ? 64 : 512;
        for (size_t i = 0; i < n; i++) {
            size_t size = i % 5 == 4 ? align + i % 3 - 1 : below(200);
            void *p = aligned(i % 3, align, size);
            held[i] = require_full(p, size, align);
            memset(held[i], (int)(i % 251), malloc_usable_size(p));
            if (i % 7 == 6) {
                free(held[i - 3]);
                held[i - 3] = NULL;
            }
        }
        for (size_t i = 0; i < n; i++) {
            size_t usable = malloc_usable_size(held[i]);
            REQUIRE(is_filled(held[i], usable, i % 251));
        }
        free_all();
    }
}

static void alignments_that_are_none(void) {
    void *const unchanged = &held, *p = unchanged;
    const size_t least = sizeof p;
    for (size_t align = 0; align < 5000; align++) {
        if (align >= least && !(align & (align - 1))) continue;
        REQUIRE(posix_memalign(&p, align, 10) == EINVAL && p == unchanged);
        if (align && !(align & (align - 1))) continue;
        REQUIRE(!aligned_alloc(align, 10) && !memalign(align, 10));
    }
    REQUIRE(posix_memalign(&p, SIZE_MAX, 10) == EINVAL && p == unchanged);
    REQUIRE(posix_memalign(&p, SIZE_MAX / 2 + 1, 1) == ENOMEM);
    REQUIRE(posix_memalign(&p, least, hidden(SIZE_MAX)) == ENOMEM);
    REQUIRE(p == unchanged);
}

static void calloc_clears_what_was_used(void) {
    for (size_t round = 0; round < 4; round++) {
        for (size_t i = 0; i < MANY; i++) {
            size_t size = some_size((i + round) % MANY), count = 1 + i % 9;
            held[i] = require_full(calloc(count, size / 4), size / 4, 1);
            REQUIRE(is_filled(held[i], count * (size / 4), 0));
            memset(held[i], 0xff, malloc_usable_size(held[i]));
        }
        free_all();
    }
}

static void refuse(void *p, const char *what, size_t size) {
    if (p) fprintf(stderr, "%s gave %zu bytes\n", what, size);
    REQUIRE(!p && errno == ENOMEM);
    errno = 0;
    step++;
}

static void no_size_wraps(void) {
    unsigned char *p = take(100);
    memset(p, 0x3c, 100);
    errno = 0;
    for (size_t i = 0; i < 9000; i++) {
        size_t size = hidden(i < 3000   ? SIZE_MAX - i
                             : i < 6000 ? SIZE_MAX / 2 + 1500 - i % 3000
                                        : SIZE_MAX / 4 + i);
        size_t other = (size_t)2 << i % (8 * sizeof size - 3);
        refuse(malloc(size), "malloc", size);
        refuse(calloc(size, 1), "calloc", size);
        refuse(calloc(SIZE_MAX / other + 1, other + 1), "calloc", other);
        refuse(realloc(p, size), "realloc", size);
        refuse(aligned_alloc(other, size), "aligned_alloc", size);
    }
    REQUIRE(is_filled(p, 100, 0x3c));
    free(p);
}

/* POSIX.1-2024: free leaves errno as it was. */
static void free_keeps_errno(void) {
    for (size_t i = 0; i < MANY; i++)
        held[i] = take(some_size(i));
    for (size_t i = 0; i < MANY; i++) {
        errno = (int)i;
        free(held[i * 5 % MANY]);
        held[i * 5 % MANY] = NULL;
        REQUIRE(errno == (int)i);
    }
    errno = 7;
    free(NULL);
    REQUIRE(errno == 7);
}

enum order { LIFO, FIFO, SHUFFLED, HALVES, ORDERS };

static size_t nth(enum order order, size_t i) {
    if (order == LIFO) return MANY - 1 - i;
    if (order == SHUFFLED) return i * 2654435761u % MANY;
    if (order == HALVES) return i < MANY / 2 ? 2 * i : 2 * i - MANY + 1;
    return i;
}

/* How far up memory is in use. */
static uintptr_t top;

static void *raise_top(void *p, size_t size) {
    if ((uintptr_t)p + size > top) top = (uintptr_t)p + size;
    return p;
}

/* Whatever the order of frees: the next round fits where the first one did. */
static void orders_of_free(void) {
    for (enum order order = LIFO; order < ORDERS; order++) {
        uintptr_t first = 0;
        top = 0;
        for (size_t round = 0; round < 6; round++) {
            for (size_t i = 0; i < MANY; i++) {
                size_t size = some_size(i);
                held[i] = raise_top(take(size), size);
            }
            if (!round) first = top;
            for (size_t i = 0; i < MANY; i++) {
                size_t at = nth(order, i);
                free(held[at]);
                held[at] = NULL;
            }
        }
        REQUIRE(top <= first + 65536);
    }
}

/*
 * Robson's program, worst for any allocator (J. ACM 21, 1974): while no more
 * than `MOST` units live, blocks of 1, 2, 4 .. units are asked for; before
 * each doubling those blocks go that leave no hole of the new size. Whatever
 * does not move blocks needs about 1 + log2(largest) / 2 times what lives.
 */
enum { MOST = MANY, UNIT = 32, DOUBLINGS = 9 };

static uintptr_t robson_base;

/* Does a block lie where memory = offset, modulo `period` units? */
static bool spoils(const unsigned char *p, size_t offset, size_t period) {
    size_t units = (malloc_usable_size((void *)p) + WORD) / UNIT;
    size_t at = ((uintptr_t)p - robson_base) / UNIT;
    return (offset - at) % period < units;
}

static size_t count_spoilt(size_t offset, size_t period) {
    size_t n = 0;
    for (size_t i = 0; i < MANY; i++)
        n += held[i] && spoils(held[i], offset, period);
    return n;
}

/* Returns the units that still live. */
static size_t free_what_spoils_nothing(size_t offset, size_t period) {
    size_t live_units = 0;
    for (size_t i = 0; i < MANY; i++) {
        if (!held[i]) continue;
        if (spoils(held[i], offset, period)) {
            live_units += (malloc_usable_size(held[i]) + WORD) / UNIT;
        } else {
            free(held[i]);
            held[i] = NULL;
        }
    }
    return live_units;
}

static void fill_with(size_t units, size_t live_units) {
    size_t size = units * UNIT - WORD;
    for (size_t i = 0; i < MANY && live_units + units <= MOST; i++) {
        if (held[i]) continue;
        held[i] = raise_top(take(size), size);
        live_units += units;
    }
}

static void worst_fragmentation(void) {
    size_t offset = 0;
    top = 0;
    held[0] = take(UNIT - WORD);
    robson_base = (uintptr_t)held[0];
    fill_with(1, 1);
    for (size_t period = 2; period >> DOUBLINGS <= 1; period *= 2) {
        size_t other = offset + period / 2;
        if (count_spoilt(other, period) > count_spoilt(offset, period))
            offset = other;
        fill_with(period, free_what_spoils_nothing(offset, period));
    }
    double times = (double)(top - robson_base) / (MOST * UNIT);
    printf("worst fragmentation: %.2f times what lives\n", times);
    REQUIRE(times <= 1.5 + DOUBLINGS / 2.);
    free_all();
}

/* All there is, twice: nothing is lost, and errno says why it ends. */
static void exhaustion(void) {
    size_t had[2] = {0, 0};
    for (int round = 0; round < 2; round++) {
        void *list = NULL;
        errno = 0;
        for (void **p; (p = malloc(100000)); had[round]++) {
            *p = list;
            list = p;
        }
        REQUIRE(errno == ENOMEM);
        for (void *p = list; p; p = list) {
            list = *(void **)p;
            free(p);
        }
    }
    printf("exhausted after %zu blocks\n", had[0]);
    REQUIRE(had[0] > 100 && had[0] <= had[1]);
}

int main(void) {
    worst_fragmentation(); /* of a fresh heap */
    no_bytes_is_a_block_of_its_own();
    every_usable_byte_is_ours();
    realloc_keeps_every_usable_byte();
    realloc_to_the_usable_size_stays();
    chains_of_realloc();
    alignments();
    alignments_that_are_none();
    calloc_clears_what_was_used();
    no_size_wraps();
    free_keeps_errno();
    orders_of_free();
    exhaustion();
    printf("%llu steps\n", step);
}
