/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Workloads for allocators, linked with one into a module: no call crosses
 * into JavaScript per operation. The first and last byte of every block are
 * written when it is had and compared when it is given back. Every workload
 * is a function of (steps, seed) and returns the number of operations it
 * performed; all but scale_fill, scale and growth leave nothing allocated.
 *
 * Two tables lie where the build left room for them, below all data: blocks
 * from TABLE_AT on, a trace's operations from TRACE_AT on.
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

/* What the host sets: all bytes of a block are written and compared, not its
   ends alone. It finds what lies inside of a block, and takes time. */
size_t thorough;

/* What the host reads after a run. */
size_t wrong;   /* bytes that did not hold what was written */
size_t failed;  /* requests that gave NULL */
size_t largest; /* bytes of the largest block that was left, of holes() alone */
size_t grown;   /* how often memory became larger, of growth() alone */
static size_t count;

static uint32_t state;

static uint32_t next(void) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* A number below n. */
static size_t below(size_t n) { return (size_t)((uint64_t)next() * n >> 32); }

/* From 2^low to 2^high, each power of two as likely as another. */
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
    bool shorter = size < h->size; /* and then its end is not marked */
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

/* Sizes of 8 to 4096 bytes in 10,000 slots, each step at one by chance. */
size_t random_sizes(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        struct held *h = &table[below(10000)];
        if (h->p) {
            give(h);
        } else {
            get(h, log_size(3, 12));
        }
    }
    give_all(10000);
    return count;
}

/* 1000 small blocks; given back in order, in reverse, and shuffled. */
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
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        struct held *h = &table[below(100)];
        if (h->p) {
            give(h);
        } else {
            get(h, log_size(12, 18));
        }
    }
    give_all(100);
    return count;
}

/* 100 arrays that grow by half of their length, from 16 bytes to 64 KiB. */
size_t vectors(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        struct held *h = &table[below(100)];
        size_t size = h->p ? h->size + h->size / 2 : 16;
        if (size > 65536) {
            give(h);
        } else {
            resize(h, size);
        }
    }
    give_all(100);
    return count;
}

/* 100 strings to which 1 to 64 bytes are added, up to 2 KiB. */
size_t strings(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        struct held *h = &table[below(100)];
        size_t size = (h->p ? h->size : 0) + 1 + below(64);
        if (size > 2048) {
            give(h);
        } else {
            resize(h, size);
        }
    }
    give_all(100);
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

/* Two buffers; the i-th step has i pages and gives the last but one back. */
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

/* As full as asked, in bytes of payload, and a change by chance each step. */
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

/* 1 MiB cleared, in 100 slots: memory that is new and memory that is not. */
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

/* `live` blocks of 16 to 128 bytes, made; then one replaced each step. */
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

/* Blocks of 60,000 bytes until there is no more memory. */
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

/* The largest block that malloc gives now, to 16 bytes. */
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

/* Memory filled with blocks of 16 bytes to 4 KiB, of which some sixteenths,
   at random, are given back: what block there is then, the mean of `steps`. */
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

/* What a program did: the host wrote the operations to trace_at(). */
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
