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

/* Frees the block of a slot; false if it has none. */
static bool emptied(struct held *h) {
    if (!h->p) return false;
    give(h);
    return true;
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

static void give_reverse(size_t n) {
    while (n--)
        give(&table[n]);
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
        if (!emptied(h)) get(h, log_size(low, high));
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
            give_reverse(BURST);
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

/* A block of this size again and again, freed each time. */
size_t pair_size;

size_t pair(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps; i += 2) {
        get(&table[0], pair_size);
        give(&table[0]);
    }
    return count;
}

enum { BATCH = 256 };

/* Frees in an order that looks random and differs each time: one turn of a
   linear congruential generator, which meets each number below BATCH once. */
static void give_shuffled(void) {
    size_t k = below(BATCH), by = below(BATCH / 4) * 4 + 1;
    size_t plus = below(BATCH / 2) * 2 + 1;
    for (size_t i = 0; i < BATCH; i++) {
        k = (k * by + plus) % BATCH;
        give(&table[k]);
    }
}

/* 256 blocks of batch_size bytes, then all are freed: in order, in reverse, or
   at random. */
enum order { IN_ORDER, REVERSE, SHUFFLED };
size_t batch_size, batch_order;

static void give_batch(void) {
    switch ((enum order)batch_order) {
    case IN_ORDER:
        give_all(BATCH);
        break;
    case REVERSE:
        give_reverse(BATCH);
        break;
    case SHUFFLED:
        give_shuffled();
    }
}

size_t batch(size_t steps, uint32_t seed) {
    begin(seed);
    for (size_t i = 0; i < steps; i += (size_t)2 * BATCH) {
        for (size_t k = 0; k < BATCH; k++)
            get(&table[k], batch_size);
        give_batch();
    }
    return count;
}

/* 1000 slots with blocks of 1 to mix_most bytes: each step fills an empty slot
   or empties a full one. */
size_t mix_most;

size_t mix(size_t steps, uint32_t seed) {
    enum { MIX = 1000 };
    begin(seed);
    for (size_t i = 0; i < steps; i++) {
        struct held *h = &table[below(MIX)];
        if (!emptied(h)) get(h, 1 + below(mix_most));
    }
    give_all(MIX);
    return count;
}

/* A producer and a consumer take turns: each handles 1 to 16 messages, as the
   window of 64 allows. A message is a node of 24 bytes and a body of 1 to 512.
 */
enum { WINDOW = 64, TURN = 16 };

static struct held *message(size_t i) { return &table[i % WINDOW * 2]; }

static void produce(size_t i) {
    get(message(i), 24);
    get(message(i) + 1, 1 + below(512));
}

static void consume(size_t i) {
    give(message(i) + 1);
    give(message(i));
}

size_t window(size_t steps, uint32_t seed) {
    size_t made = 0, taken = 0;
    begin(seed);
    while (count < steps) {
        for (size_t n = 1 + below(TURN); n-- && made - taken < WINDOW;)
            produce(made++);
        for (size_t n = 1 + below(TURN); n-- && taken < made;)
            consume(taken++);
    }
    give_all((size_t)2 * WINDOW);
    return count;
}

/* Strings that are built and thrown away: up to 1000 bytes in pieces of 1 to
   60; each is a block until it is added. The room of a string doubles.
   The last 16 strings live. */
static void build(struct held *string, struct held *piece) {
    size_t length = 0, final = 1 + below(1000);
    get(string, 16);
    while (length < final) {
        get(piece, 1 + below(60));
        length += piece->size;
        size_t room = string->size;
        while (room < length)
            room *= 2;
        if (room != string->size) resize(string, room);
        give(piece);
    }
}

size_t builder(size_t steps, uint32_t seed) {
    enum { LIVE = 16 };
    begin(seed);
    for (size_t i = 0; count < steps; i++) {
        struct held *string = &table[i % LIVE];
        give(string);
        build(string, &table[LIVE]);
    }
    give_all(LIVE);
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
        if (!emptied(h)) get_clear(h, 1 << 20);
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
