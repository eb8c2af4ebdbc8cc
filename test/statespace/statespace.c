/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * State-space exploration: from an empty heap in a few granules of memory,
 * every operation with every size that fits, in every state that any sequence
 * of operations leads to, until no new state appears. In each state the
 * invariants hold, the blocks in use are just those that were given out and
 * hold what was put into them, nothing else was written, and freeing
 * everything leaves one free block in each pool.
 *
 * Every word that means nothing (what is free, and where a payload is) holds a
 * number made of its address, so that states compare and a lost word shows.
 *
 *     statespace SIZE MORE [LIMIT [GRANULES...]]
 *
 * SIZE and MORE: core.h, family.h. LIMIT: states after which no
 * more are looked at. GRANULES: the sizes to ask for, instead of all.
 */
#include "states.h"

enum { MEMORY = 16384, SPANS = 3, LIVE = 128, SIZES = 128 };

/* A pool; `end` is where its end marker ends. */
static struct span { uintptr_t start, end; } span[SPANS];
static size_t span_count;
static _Alignas(4096) unsigned char memory[MEMORY];
static unsigned char memory_image[MEMORY]; /* what nobody may write to */
static size_t memory_bytes;                /* that are part of a state */
static bool asked, gave;                   /* for memory, and did it come? */

/* It is filled; up to `end` it may be used. */
static void memory_starts(uintptr_t end) {
    memory_bytes = end - (uintptr_t)memory + 64;
    memory_bytes &= ~(sizeof(size_t) - 1);
    REQUIRE(memory_bytes <= MEMORY);
    memcpy(memory_image, memory, memory_bytes);
}

#if FAMILY
#include "family.h"
#else
#include "core.h"
#endif

#include "bin_range.h"

enum operation { MALLOC, CALLOC, FREE, REALLOC, ALIGNED, OWN };

static struct live_block {
    char *p;
    size_t bytes; /* that it may hold */
} had[LIVE];
static size_t had_count;
static size_t size_list[SIZES], sizes;
static size_t now; /* the state looked at */
static uint32_t doing;

static size_t pattern(uintptr_t at) { return at * (size_t)0x9e3779b1; }

static void fill(uintptr_t from, uintptr_t to) {
    for (; from < to; from += WORD)
        *(size_t *)from = pattern(from);
}

/* Do the words hold what was put there when they began at `home`? */
static bool is_filled(uintptr_t from, size_t bytes, uintptr_t home) {
    for (size_t i = 0; i < bytes; i += WORD)
        if (*(size_t *)(from + i) != pattern(home + i)) return false;
    return true;
}

static bool is_untouched(uintptr_t from, uintptr_t to) {
    size_t at = from - (uintptr_t)memory;
    return !memcmp(memory + at, memory_image + at, to - from);
}

static struct block *span_last(const struct span *s) {
    return (struct block *)(s->end - END_SIZE);
}

/* A free block's bytes mean nothing, or are still zero. */
static void settle_free(struct block *b) {
    bool linked = subject_has_links(b);
    uintptr_t from = (uintptr_t)b + HEAD + (linked ? 2 * WORD : 0);
    uintptr_t to = (uintptr_t)b + block_size(b) + BLOCK_GAP - TAG_SIZE;
    uintptr_t fresh = subject_fresh();
    uintptr_t dirty = fresh < to - HEAD ? fresh + HEAD : to;
    if (dirty < from) dirty = from;
    fill(from, dirty);
    for (uintptr_t at = dirty; at < to; at += WORD)
        REQUIRE(!*(size_t *)at);
}

static const struct live_block *had_find(const void *p) {
    for (size_t i = 0; i < had_count; i++)
        if (had[i].p == p) return &had[i];
    return NULL;
}

/* A block in use, after an operation that made `made` and ended `ended`. */
static void settle_used(struct block *b, const void *made, const void *ended) {
    uintptr_t p = (uintptr_t)block_payload(b);
    size_t bytes = block_size(b) - BLOCK_COST;
    if (block_payload(b) == made) {
        fill(p, p + bytes);
        return;
    }
    const struct live_block *known = had_find(block_payload(b));
    REQUIRE(known && known->bytes == bytes && known->p != ended);
    REQUIRE(is_filled(p, bytes, p));
}

/* Each pool from its start to its end marker; returns the blocks in use. */
static size_t settle_spans(const void *made, const void *ended) {
    size_t live = 0;
    uintptr_t behind = (uintptr_t)memory;
    for (size_t i = 0; i < span_count; i++) {
        struct block *b = pool_first(span[i].start), *end = span_last(&span[i]);
        REQUIRE(span[i].start >= behind && b < end);
        REQUIRE(is_untouched(behind, (uintptr_t)b + BLOCK_GAP));
        for (; block_size(b); b = block_at(b, block_size(b))) {
            REQUIRE(block_at(b, block_size(b)) <= end);
            if (block_is_free(b)) {
                settle_free(b);
            } else {
                settle_used(b, made, ended);
                live++;
            }
        }
        REQUIRE(b == end);
        behind = span[i].end;
    }
    REQUIRE(is_untouched(behind, (uintptr_t)memory + memory_bytes));
    return live;
}

static void check(void) {
    void *starts[SPANS];
    for (size_t i = 0; i < span_count; i++)
        starts[i] = (void *)span[i].start;
    int broken = check_heap(subject_heap, starts, span_count);
    if (broken) fprintf(stderr, "invariant %d of heap.h\n", broken);
    REQUIRE(!broken);
}

/* A request failed for want of a block of `size` bytes. */
static void check_nothing_fits(size_t size) {
    struct refusal refusal = {.size = size};
    for (size_t i = 0; i < span_count; i++) {
        struct block *b = pool_first(span[i].start);
        for (; block_size(b); b = block_at(b, block_size(b)))
            if (block_is_free(b)) refusal_count(&refusal, block_size(b));
    }
    REQUIRE(refusal_is_right(&refusal));
}

/* The operation made q (or failed) and ended p; memory is a state again. */
static void settle(const void *q, const void *p, bool failed) {
    size_t number;
    subject_grew();
    check();
    size_t live = settle_spans(q, failed ? NULL : p);
    REQUIRE(live == had_count + !!q - (p && !failed));
    bool fresh = states_add((uint32_t)now, doing, &number);
    if (failed) REQUIRE(!gave);
    if (failed && (!p || REALLOC_KEEPS_ORDER)) REQUIRE(!fresh && number == now);
    step++;
}

/* Blocks of k granules: for every other k the largest request, or the least.
 */
static size_t request_for(size_t k) {
    return k % 2 ? (k - 1) * TLSF_ALIGN - (k > 1 ? BLOCK_COST - 1 : 0)
                 : k * TLSF_ALIGN - BLOCK_COST;
}

static void check_given(const char *q, size_t request, size_t align) {
    REQUIRE((uintptr_t)q % align == 0);
    const struct block *b = block_of(q);
    REQUIRE(!block_is_free(b) && block_size(b) - BLOCK_COST >= request);
}

static void do_malloc(enum operation what, size_t request) {
    char *q =
        what == MALLOC ? subject_malloc(request) : subject_calloc(request);
    for (size_t i = 0; q && what == CALLOC && i < request; i++)
        REQUIRE(q[i] == 0);
    if (q) check_given(q, request, TLSF_ALIGN);
    if (q) REQUIRE(!had_find(q));
    settle(q, NULL, !q);
    if (!q) check_nothing_fits(block_size_for(request));
}

static void do_free(const struct live_block *l) {
    subject_free(l->p);
    settle(NULL, l->p, false);
}

/* Bytes that b would add to a neighbour. */
static size_t room_of(const struct block *b) {
    return block_is_free(b) ? block_size(b) : 0;
}

static size_t room_before(const struct block *b) {
    for (size_t i = 0; i < span_count; i++) {
        struct block *at = pool_first(span[i].start), *n;
        for (; block_size(at); at = n) {
            n = block_at(at, block_size(at));
            if (n == b) return room_of(at);
        }
    }
    return 0;
}

static void do_realloc(const struct live_block *l, size_t request) {
    char *q = subject_realloc(l->p, request);
    if (q) {
        check_given(q, request, TLSF_ALIGN);
        size_t bytes = block_size(block_of(q)) - BLOCK_COST;
        if (l->bytes < bytes) bytes = l->bytes;
        REQUIRE(is_filled((uintptr_t)q, bytes, (uintptr_t)l->p));
        REQUIRE(q == l->p || (!had_find(q) && request > l->bytes));
    }
    settle(q, l->p, !q);
    if (q) return;
    size_t size = block_size_for(request);
    struct block *b = block_of(l->p), *n = block_at(b, l->bytes + BLOCK_COST);
    size_t room = l->bytes + BLOCK_COST + room_of(n);
    if (REALLOC_SLIDES) room += room_before(b);
    REQUIRE(room < size);
    check_nothing_fits(size);
}

static void do_aligned(size_t align, size_t request) {
    char *q = subject_aligned(align, request);
    if (q) check_given(q, request, align);
    if (q) REQUIRE(!had_find(q));
    settle(q, NULL, !q);
    size_t spare = align - TLSF_ALIGN;
    if (BLOCK_MIN > TLSF_ALIGN) spare += BLOCK_MIN;
    if (!q) check_nothing_fits(block_size_for(request) + spare);
}

static void perform(enum operation what, size_t which, size_t k) {
    size_t request = what == OWN ? k : request_for(k);
    if (what <= CALLOC) do_malloc(what, request);
    if (what == FREE) do_free(&had[which]);
    if (what == REALLOC) do_realloc(&had[which], request);
    if (what == ALIGNED) do_aligned((size_t)TLSF_ALIGN << which, request);
    if (what != OWN) return;
    subject_own((unsigned)k);
    settle(NULL, NULL, false);
}

/* In each way that memory can answer, if it is asked. */
static void attempt(enum operation what, size_t which, size_t k) {
    asked = gave = false;
    for (unsigned way = 0; !way || (asked && way < WAYS); way++) {
        doing = (uint32_t)(what << 28 | way << 24 | which << 12 | k);
        states_restore(now);
        subject_way(way);
        asked = gave = false;
        perform(what, which, k);
    }
}

/* All that is in use, upwards. */
static void collect(void) {
    had_count = 0;
    for (size_t i = 0; i < span_count; i++) {
        struct block *b = pool_first(span[i].start);
        for (; block_size(b); b = block_at(b, block_size(b))) {
            if (block_is_free(b)) continue;
            REQUIRE(had_count < LIVE);
            had[had_count++] = (struct live_block){block_payload(b),
                                                   block_size(b) - BLOCK_COST};
        }
    }
}

/* Upwards, downwards, and every second one first. */
static size_t order(unsigned how, size_t i) {
    size_t half = (had_count + 1) / 2;
    if (how == 0) return i;
    if (how == 1) return had_count - 1 - i;
    return i < half ? 2 * i : 2 * (i - half) + 1;
}

static void check_free_all(unsigned how) {
    states_restore(now);
    for (size_t i = 0; i < had_count; i++)
        subject_free(had[order(how, i)].p);
    check();
    for (size_t i = 0; i < span_count; i++) {
        struct block *b = pool_first(span[i].start);
        REQUIRE(block_is_free(b));
        REQUIRE(block_at(b, block_size(b)) == span_last(&span[i]));
    }
}

static void expand(void) {
    states_restore(now);
    collect();
    for (unsigned how = 0; how < 3; how++)
        check_free_all(how);
    for (unsigned what = 0; what < OWNERS; what++)
        attempt(OWN, 0, what);
    for (size_t i = 0; i < had_count; i++)
        attempt(FREE, i, 1);
    for (size_t s = 0; s < sizes; s++) {
        attempt(MALLOC, 0, size_list[s]);
        if (HAS_CALLOC) attempt(CALLOC, 0, size_list[s]);
        for (size_t log = 1; log < 4; log++)
            attempt(ALIGNED, log, size_list[s]);
        for (size_t i = 0; i < had_count; i++)
            attempt(REALLOC, i, size_list[s]);
    }
}

enum { ROW_MAX = 12 }; /* rows of so many granules are counted */

static unsigned char row_seen[(1 << 2 * ROW_MAX) / 8];
static size_t row_count;

/* Two bits a granule: a block begins here, and is it free? */
static void row_see(void) {
    size_t row = 0;
    struct block *first = pool_first(span[0].start), *b = first;
    for (; block_size(b); b = block_at(b, block_size(b))) {
        size_t at = ((uintptr_t)b - (uintptr_t)first) / TLSF_ALIGN;
        row |= (size_t)(2 + block_is_free(b)) << 2 * at;
    }
    unsigned char bit = (unsigned char)(1 << row % 8);
    row_count += !(row_seen[row / 8] & bit);
    row_seen[row / 8] |= bit;
}

/* The rows that there are of n granules: blocks free or not, no two free
   neighbours. */
static size_t rows_of(size_t n) {
    size_t used_last[ROW_MAX + 1] = {1}, free_last[ROW_MAX + 1] = {0};
    for (size_t i = 1; i <= n; i++)
        for (size_t k = BLOCK_MIN / TLSF_ALIGN; k <= i; k++) {
            used_last[i] += used_last[i - k] + free_last[i - k];
            free_last[i] += used_last[i - k];
        }
    return used_last[n] + free_last[n];
}

static size_t depth_of(size_t state) {
    size_t depth = 0;
    for (; state; state = states[state].parent)
        depth++;
    return depth;
}

static void print_operation(uint32_t o) {
    static const char *const name[] = {"malloc",  "calloc",  "free",
                                       "realloc", "aligned", "own"};
    fprintf(stderr, "  %s, block or alignment %u, %u granules, way %u\n",
            name[o >> 28], o >> 12 & 0xfff, o & 0xfff, o >> 24 & 15);
}

static void print_way_to(size_t state) {
    if (!state) return;
    print_way_to(states[state].parent);
    print_operation(states[state].operation);
}

static bool done;

/* What led to a failure. */
static void explain(void) {
    if (done) return;
    print_way_to(now);
    print_operation(doing);
}

static size_t number(int argc, char **argv, int i, size_t otherwise) {
    return argc > i ? strtoul(argv[i], NULL, 10) : otherwise;
}

/* Those that were asked for, or all. */
static void choose_sizes(int argc, char **argv) {
    for (int i = 4; i < argc; i++)
        size_list[sizes++] = number(argc, argv, i, 1);
    size_t all = memory_bytes / TLSF_ALIGN;
    for (size_t k = 1; argc <= 4 && k <= all; k++)
        size_list[sizes++] = k;
}

static void start(size_t size, size_t more) {
    fill((uintptr_t)memory, (uintptr_t)memory + MEMORY);
    struct part part[PARTS];
    size_t count = subject_start(size, more, part);
    part[count++] = (struct part){span, sizeof span};
    part[count++] = (struct part){&span_count, sizeof span_count};
    part[count++] = (struct part){memory, memory_bytes};
    size_t first;
    states_start(part, count);
    states_add(0, 0, &first);
}

int main(int argc, char **argv) {
    size_t size = number(argc, argv, 1, 6), more = number(argc, argv, 2, 0);
    size_t limit = number(argc, argv, 3, SIZE_MAX);
    bool count_rows = !FAMILY && !more && argc <= 4 && size <= ROW_MAX;
    atexit(explain);
    start(size, more);
    choose_sizes(argc, argv);
    for (; now < state_count && now < limit; now++) {
        expand();
        if (count_rows) row_see();
    }
    bool closed = now == state_count;
    printf("%zu states, %llu transitions, ", state_count, step);
    if (closed)
        printf("no other state can be reached\n");
    else
        printf("all to depth %zu\n", depth_of(now) - 1);
    if (closed && count_rows) {
        printf("%zu rows of blocks, all that there are\n", row_count);
        REQUIRE(row_count == rows_of(size));
    }
    done = true;
}
