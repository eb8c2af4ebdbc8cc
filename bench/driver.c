/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The workloads, linked with one allocator into a module, so that no operation
 * calls into JavaScript. The driver writes the first and the last byte of each
 * block that it gets and compares them before it frees the block. Every
 * workload is a function of (steps, seed) and returns the number of operations
 * that it did. All but scale_fill, scale and growth free what they allocated.
 *
 * Two tables lie below all data, where the build left room for them: the
 * blocks from TABLE_AT on, the operations of a trace from TRACE_AT on.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *malloc(size_t size);
void free(void *p);
void *realloc(void *p, size_t size);
void *calloc(size_t count, size_t size);

struct held {
    unsigned char *p;
    size_t size;
};

struct operation {
    uint32_t what; /* slot * 4 + kind */
    uint32_t size;
};

static struct held *const table = (struct held *)TABLE_AT;
static struct operation *const trace = (struct operation *)TRACE_AT;

enum kind { MALLOC, FREE, REALLOC, CALLOC };

/* Set by the host: write and compare all bytes of a block, not only its ends.
   This finds damage inside a block, and takes time. */
size_t thorough;

/* The host reads these after a run. */
size_t wrong;   /* bytes that differ from what was written */
size_t failed;  /* requests that returned NULL */
size_t largest; /* holes() only: bytes of the largest block that remained */
size_t grown;   /* growth() only: how often memory grew */
static size_t count;

static uint32_t state;

static uint32_t next(void) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* A random number below n. */
static size_t below(size_t n) { return (size_t)((uint64_t)next() * n >> 32); }

/* A random size from 2^low to 2^high; each power of two is equally likely. */
static size_t log_size(unsigned low, unsigned high) {
    unsigned log = low + (unsigned)below(high - low);
    return ((size_t)1 << log) + below((size_t)1 << log);
}

static unsigned char mark(const struct held *h) {
    return (unsigned char)((h - table) * 7 + 1);
}

static size_t differing(const unsigned char *p, size_t size, int byte) {
    if (!size) return 0;
    if (!thorough) return (size_t)(p[0] != byte) + (p[size - 1] != byte);
    size_t found = 0;
    for (size_t i = 0; i < size; i++)
        found += p[i] != byte;
    return found;
}

static void fill(struct held *h) {
    if (!h->size) return;
    if (thorough) __builtin_memset(h->p, mark(h), h->size);
    h->p[0] = mark(h);
    h->p[h->size - 1] = mark(h);
}

static void compare(const struct held *h) {
    wrong += differing(h->p, h->size, mark(h));
}

static void get(struct held *h, size_t size) {
    count++;
    h->p = malloc(size);
    h->size = size;
    if (h->p) {
        fill(h);
    } else {
        failed++;
    }
}

static void give(struct held *h) {
    if (!h->p) return;
    count++;
    compare(h);
    free(h->p);
    h->p = NULL;
}

static void resize(struct held *h, size_t size) {
    count++;
    unsigned char *p = realloc(h->p, size);
    if (!p) {
        failed++;
        return;
    }
    bool shorter = size < h->size; /* then only the first byte is checked */
    if (h->p && shorter && size) wrong += p[0] != mark(h);
    if (h->p && !shorter) wrong += differing(p, h->size, mark(h));
    h->p = p;
    h->size = size;
    fill(h);
}

static void get_clear(struct held *h, size_t size) {
    count++;
    h->p = calloc(1, size);
    h->size = size;
    if (!h->p) {
        failed++;
        return;
    }
    wrong += differing(h->p, size, 0);
    fill(h);
}

static void give_all(size_t n) {
    for (size_t i = 0; i < n; i++)
        give(&table[i]);
}

static size_t begin(uint32_t seed) {
    state = seed * 2654435761u + 1;
    count = 0;
    return 0;
}

/* Each step picks one of `slots` slots at random and frees its block; if the
   slot is empty it gets a block of 2^low to 2^high bytes. */
static size_t toggle(size_t steps, uint32_t seed, size_t slots, unsigned low,
                     unsigned high) {
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        struct held *h = &table[below(slots)];
        if (h->p) {
            give(h);
        } else {
            get(h, log_size(low, high));
        }
    }
    give_all(slots);
    return count;
}

/* 8 to 4096 bytes in 10,000 slots. */
size_t random_sizes(size_t steps, uint32_t seed) {
    return toggle(steps, seed, 10000, 3, 12);
}

/* 1000 small blocks, freed in order, in reverse, or shuffled. */
size_t bursts(size_t steps, uint32_t seed) {
    enum { BURST = 1000 };
    begin(seed);
    for (size_t i = 0; i < steps; i += (size_t)2 * BURST) {
        for (size_t k = 0; k < BURST; k++)
            get(&table[k], 8 + below(121));
        switch (i / (2 * BURST) % 3) {
        case 0:
            give_all(BURST);
            break;
        case 1:
            for (size_t k = BURST; k--;)
                give(&table[k]);
            break;
        default:
            for (size_t k = 0; k < BURST; k++)
                give(&table[k * 617 % BURST]);
        }
    }
    return count;
}

/* 4 to 256 KiB in 100 slots. */
size_t large(size_t steps, uint32_t seed) {
    return toggle(steps, seed, 100, 12, 18);
}

/* 100 arrays. Each step resizes one of them, or frees it if it would become
   larger than `most`. */
enum { ARRAYS = 100 };

static void lengthen(struct held *h, size_t size, size_t most) {
    if (size > most) {
        give(h);
    } else {
        resize(h, size);
    }
}

/* They grow by half of their length, from 16 bytes to 64 KiB. */
size_t vectors(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        struct held *h = &table[below(ARRAYS)];
        lengthen(h, h->p ? h->size + h->size / 2 : 16, 65536);
    }
    give_all(ARRAYS);
    return count;
}

/* They grow by 1 to 64 bytes, up to 2 KiB. */
size_t strings(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        struct held *h = &table[below(ARRAYS)];
        lengthen(h, (h->p ? h->size : 0) + 1 + below(64), 2048);
    }
    give_all(ARRAYS);
    return count;
}

/* A queue of 5000 messages of 16 to 1024 bytes. */
size_t fifo(size_t steps, uint32_t seed) {
    enum { QUEUE = 5000 };
    begin(seed);
    for (size_t i = 0; i < steps / 2; i++) {
        struct held *h = &table[i % QUEUE];
        give(h);
        get(h, log_size(4, 10));
    }
    give_all(QUEUE);
    return count;
}

/* Two buffers: step i frees the one before the last and gets i pages. */
size_t ratchet(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps / 2; i++) {
        struct held *h = &table[i % 2];
        give(h);
        get(h, (i % 200 + 1) * 65536);
    }
    give_all(2);
    return count;
}

/* Keeps memory filled up to this many bytes of payload; each step replaces a
   random block. */
size_t churn_bytes;

size_t churn(size_t steps, uint32_t seed) {
    size_t held = 0;
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        struct held *h = &table[below(65536)];
        if (h->p) held -= h->size;
        give(h);
        size_t size = log_size(4, 12);
        if (held + size > churn_bytes) continue;
        get(h, size);
        if (h->p) held += size;
    }
    give_all(65536);
    return count;
}

/* calloc of 1 MiB in 100 slots: of new memory and of memory used before. */
size_t clears(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        struct held *h = &table[below(100)];
        if (h->p) {
            give(h);
        } else {
            get_clear(h, 1 << 20);
        }
    }
    give_all(100);
    return count;
}

/* scale_fill allocates this many blocks of 16 to 128 bytes; each step of scale
   replaces one of them. */
size_t scale_live;

size_t scale_fill(size_t steps, uint32_t seed) {
    (void)steps;
    begin(seed);
    for (size_t i = 0; i < scale_live; i++)
        get(&table[i], log_size(4, 7));
    return count;
}

size_t scale(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps / 2; i++) {
        struct held *h = &table[below(scale_live)];
        give(h);
        get(h, log_size(4, 7));
    }
    return count;
}

/* Blocks of 60,000 bytes until memory is full. */
size_t growth(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        size_t before = __builtin_wasm_memory_size(0);
        count++;
        if (!malloc(60000)) break;
        grown += __builtin_wasm_memory_size(0) != before;
    }
    return count;
}

/* The largest block that malloc returns now, to 16 bytes. */
static size_t largest_block(void) {
    size_t good = 0, bad = 1 << 30;
    while (bad - good > 16) {
        size_t size = good + (bad - good) / 2;
        void *p = malloc(size);
        if (p) good = size;
        if (!p) bad = size;
        free(p);
    }
    return good;
}

/* Fills memory with blocks of 16 bytes to 4 KiB, frees so many sixteenths of
   them at random, and measures the largest block that malloc returns then: the
   mean of `steps` times. */
size_t holes_sixteenths;

size_t holes(size_t steps, uint32_t seed) {
    uint64_t sum = 0;
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        size_t blocks = 0;
        for (size_t before = failed; failed == before; blocks++)
            get(&table[blocks], log_size(4, 12));
        for (size_t k = 0; k < blocks; k++)
            if (below(16) < holes_sixteenths) give(&table[k]);
        sum += largest_block();
        give_all(blocks);
    }
    largest = (size_t)(sum / steps);
    return count;
}

/* Replays a program's operations, which the host wrote to trace_at(). */
void *trace_at(void) { return trace; }
size_t trace_length, trace_slots;

size_t replay(size_t steps, uint32_t seed) {
    begin(seed);
    while (count < steps) {
        for (size_t i = 0; i < trace_length; i++) {
            struct held *h = &table[trace[i].what >> 2];
            size_t size = trace[i].size;
            switch ((enum kind)(trace[i].what & 3)) {
            case MALLOC:
                get(h, size);
                break;
            case FREE:
                give(h);
                break;
            case REALLOC:
                resize(h, size);
                break;
            case CALLOC:
                get_clear(h, size);
                break;
            }
        }
        give_all(trace_slots);
    }
    return count;
}
