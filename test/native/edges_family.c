/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family, one case after the other at the edges where it decides, in the
 * shape that the compiler was told; and a short random run against a shadow.
 * Made to be quick: coverage and mutation run it often.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>

#include "edges.h"

/* The port: memory from `start` on; each call may be refused by number. */
#define TLSF_PAGES_H
enum { PAGE_LOG = 16, PAGES_EINVAL = EINVAL, PAGES_ENOMEM = ENOMEM };
enum { PAGE = 1 << PAGE_LOG, PAGES = 600 };

static struct {
    size_t top, limit; /* in pages */
    uintptr_t start;   /* in bytes, not above top */
    size_t calls, refuse;
    bool silent; /* the program has no errno */
} mem;

static size_t pages_count(void) { return mem.top; }
static uintptr_t pages_start(void) { return mem.start; }
static int *pages_errno(void) { return mem.silent ? NULL : &errno; }

static bool pages_grow(size_t n) {
    if (n) mem.calls++;
    if (n > mem.limit - mem.top || (n && mem.calls == mem.refuse)) return false;
    mem.top += n;
    return true;
}

#include "renamed.h"
#include "malloc.c"

#include "check.h"

enum { POOLS = 64 };

static uintptr_t base; /* of the arena, aligned to a page */
static void *pools[POOLS];
static size_t pool_count, end_page;

/* Memory of `initial` pages of 0x5a, of which the first `skip` bytes are not
   ours; it may grow to `limit` pages, behind which nothing can be read. */
static void start(size_t initial, size_t skip, size_t limit) {
    if (!base) {
        void *at =
            mmap(NULL, (PAGES + 1) * (size_t)PAGE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        REQUIRE(at != MAP_FAILED);
        base = align_up((uintptr_t)at, PAGE);
    }
    size_t all = PAGES * (size_t)PAGE, ours = limit << PAGE_LOG;
    REQUIRE(!madvise((void *)base, all, MADV_DONTNEED));
    REQUIRE(!mprotect((void *)base, ours, PROT_READ | PROT_WRITE));
    REQUIRE(!mprotect((void *)(base + ours), all - ours, PROT_NONE));
    memset((void *)base, 0x5a, initial << PAGE_LOG);
    memset(&heap, 0, sizeof heap);
    memset(&quick, 0, sizeof quick);
    memset(live, 0, sizeof live);
    memset(&mem, 0, sizeof mem);
    mem.start = base + skip;
    mem.top = (base >> PAGE_LOG) + initial;
    mem.limit = (base >> PAGE_LOG) + limit;
    pool_count = end_page = 0;
}

static size_t pages(void) { return mem.top - (base >> PAGE_LOG); }

/* After an operation that began with `before` pages. */
static void check(size_t before) {
    const struct block *end = heap.slot[END].first;
    if (!end) return;
    if (!pool_count || (pages() != before && before != end_page)) {
        REQUIRE(pool_count < POOLS);
        pools[pool_count] =
            (void *)(pool_count ? base + (before << PAGE_LOG) : mem.start);
        pool_count++;
    }
    end_page = ((uintptr_t)end + END_SIZE - base) >> PAGE_LOG;
    REQUIRE(check_heap(&heap, pools, pool_count) == 0);
    REQUIRE(check_quick(&quick, pools, pool_count) == 0);
}

/* Where the first block's payload lies. */
static char *first(void) { return block_payload(pool_first(mem.start)); }

/* What a block holds whose payload is here, up to the end of memory. */
static size_t room_at(char *payload) {
    uintptr_t end = (mem.top << PAGE_LOG) - END_SIZE;
    return end - (uintptr_t)block_of(payload) - WORD;
}

/* The pages up to a payload of no bytes at `offset`, which the end marker
   would be. */
static size_t pages_to(size_t offset) {
    return (offset + END_LINKS + PAGE - 1) / PAGE;
}

/* Bytes of a block that holds this. */
static size_t whole(size_t request) {
    size_t size = (request + WORD + TLSF_ALIGN - 1) / TLSF_ALIGN * TLSF_ALIGN;
    return size < 4 * WORD ? 4 * WORD : size;
}

/* Has p what it must have, and no more than can't be a block? */
static bool fits(void *p, size_t request) {
    size_t more = malloc_usable_size(p) + WORD - whole(request);
    return more < (BLOCK_MIN > TLSF_ALIGN ? BLOCK_MIN : 1);
}

/* Are just these bytes a free block? None at all is one too. */
static bool is_free(char *payload, size_t size) {
    const struct block *b = block_of(payload);
    return size < BLOCK_MIN || b->header == size;
}

static void sizes_of_blocks(void) {
    start(1, 0, 100);
    for (size_t request = 0; request < 300; request++) {
        REQUIRE(block_size_for(request) == whole(request));
        void *p = malloc(request);
        size_t usable = malloc_usable_size(p);
        REQUIRE(usable == whole(request) - WORD);
        memset(p, 1, usable);
        check(pages());
    }
    REQUIRE(malloc_usable_size(NULL) == 0);
    free(NULL);
    check(pages());
}

/* floor(log2(n)) */
static unsigned log2_of(uint64_t n) {
    unsigned log = 0;
    while (n >>= 1)
        log++;
    return log;
}

/* The bin of a size in the words of bins.h, which no number here is from. */
static size_t bin_of(size_t size) {
    uint64_t unit = TLSF_FLOAT ? size : size / TLSF_ALIGN + SLLEN;
    unsigned row = log2_of(unit);
    uint64_t in_row = (unit << (63 - row) << 1 >> 1) >> (63 - log2_of(SLLEN));
    row -= TLSF_FLOAT ? log2_of(BLOCK_MIN) : log2_of(SLLEN);
    uint64_t bin = FIRST_BIN + (uint64_t)row * SLLEN + in_row;
    return bin < SLOTS ? (size_t)bin : SLOTS - 1;
}

static size_t bin_is(size_t size) {
    return bins_index(&heap, bins_floor(&heap, size));
}

/* Every size to a megabyte; those around each power of two and each bin's
   first above. To the float's 24 bits: then it may round up. */
static void bins_of_sizes(void) {
    for (size_t size = BLOCK_MIN; size < 1 << 20; size += TLSF_ALIGN)
        REQUIRE(bin_is(size) == bin_of(size));
    for (unsigned log = 20; log < 24; log++) {
        for (size_t i = 0; i < 2 * SLLEN; i++) {
            size_t size = ((size_t)1 << log) + (i << log) / (2 * SLLEN);
            for (int near = -1; near < 2; near++) {
                size_t at = size + (size_t)near * TLSF_ALIGN;
                REQUIRE(bin_is(at) == bin_of(at));
            }
        }
    }
    size_t most = block_size_for(REQUEST_MAX), bin = bin_is(most);
    REQUIRE(bin < SLOTS && bin == bin_of(most));
    for (; most > 1 << 24; most -= most / 100) {
        REQUIRE(bin_is(most) <= bin && bin_is(most) - bin_of(most) <= 1);
        bin = bin_is(most);
    }
}

static void maps(void) {
    for (unsigned i = 0; i < 32; i++) {
        REQUIRE(lowest_bit((size_t)1 << i) == i);
        REQUIRE(lowest_bit(((size_t)5 << i) & 0xffffffff) == i);
    }
    REQUIRE(lowest_bit(0) == 32);
    for (unsigned bit = 0; bit < 3 * SLLEN; bit++) {
        for (unsigned i = 0; i < 8 * WORD; i++) {
            bool above = i > bit % SLLEN && i < SLLEN;
            REQUIRE((bits_above(bit) >> i & 1) == above);
        }
    }
}

/* Each request near k pages, in a heap of its own: just enough pages. */
static void growth_is_exact(void) {
    for (size_t k = 0; k < 5; k++) {
        for (size_t less = 0; less < 12 * WORD + 3 * TLSF_ALIGN; less++) {
            size_t request = (k << PAGE_LOG) + 4 * TLSF_ALIGN - less;
            if (request > SIZE_MAX / 2) continue;
            start(1, 100, 100);
            size_t lead = (size_t)(first() - (char *)base);
            REQUIRE(malloc(request) == first());
            size_t end = lead + whole(request);
            REQUIRE(pages() == pages_to(end));
            check(1);
            memset(first(), 1, malloc_usable_size(first()));
            check(pages());
        }
    }
}

/* The same where the free block at the end counts. */
static void growth_counts_the_tail(void) {
    for (size_t request = PAGE - 40 * TLSF_ALIGN; request < PAGE + 200;
         request += WORD) {
        start(1, 0, 100);
        malloc(1000);
        check(1);
        char *p = malloc(request);
        size_t end = (size_t)(p - (char *)base) + whole(request);
        REQUIRE(p == first() + whole(1000));
        REQUIRE(pages() == pages_to(end));
        check(1);
    }
}

/* Memory of no pages; data up to its end. */
static void growth_from_nothing(void) {
    for (size_t skip = 0; skip <= PAGE; skip += PAGE / 2) {
        for (size_t near = 0; near < 64 && near <= skip; near++) {
            start(skip ? 1 : 0, skip - near, 10);
            size_t before = pages();
            void *p = calloc(1, 100);
            REQUIRE(p && p == first());
            check(before);
            for (int i = 0; i < 100; i++)
                REQUIRE(((char *)p)[i] == 0);
        }
    }
}

/* Wherever memory starts: just what is missing is asked for, in one call. */
static void growth_asks_once(void) {
    for (size_t skip = 100; skip < 100 + 2 * TLSF_ALIGN; skip++) {
        start(1, skip, 9);
        REQUIRE(malloc(2 * PAGE) == first());
        REQUIRE(mem.calls == 1 && pages() == 3);
        check(1);
    }
}

/* A heap of 100 pages grows by three more than is missing. */
static void growth_by_a_thirty_second(void) {
    start(1, 0, 500);
    REQUIRE(malloc(100 * PAGE) == first() && pages() == 101);
    check(1);
    char *p = malloc(20 * PAGE);
    check(101);
    size_t end = (size_t)(p - (char *)base) + whole(20 * PAGE);
    REQUIRE(pages() == pages_to(end) + 3);
}

/* Calls of the port refused in turn: the slack is not missed, and without the
   pages that are missing the request fails and changes nothing. */
static void growth_refused(void) {
    for (unsigned refuse = 1; refuse < 4; refuse++) {
        start(1, 0, 500);
        char *p = malloc(100 * PAGE);
        check(1);
        mem.refuse = mem.calls + refuse;
        errno = 0;
        char *q = malloc(50 * PAGE);
        check(101);
        REQUIRE(!q == (refuse == 1) && (errno == ENOMEM) == !q);
        REQUIRE(pages() - 101 == (refuse == 1 ? 0 : refuse == 2 ? 50 : 53));
        free(p);
        free(q);
        check(pages());
        REQUIRE(malloc(room_at(first())) == first());
        REQUIRE(pages() - 101 == (refuse == 1 ? 0 : refuse == 2 ? 50 : 53));
    }
}

/* Somebody else grows memory: a pool begins behind it, the old one serves. */
static void growth_by_others(void) {
    start(1, 0, 50);
    char *p = malloc(1000);
    check(1);
    mem.top += 2;
    char *q = malloc(PAGE);
    check(3);
    REQUIRE(q == block_payload(pool_first(base + 3 * PAGE)));
    REQUIRE(pool_count == 2 && pages() == 5);
    REQUIRE(realloc(q, 3 * PAGE + 30000) == q);
    check(5);
    REQUIRE(malloc(60000) == p + whole(1000) && pages() == 7);
    mem.top++;
    char *r = realloc(q, 8 * PAGE);
    REQUIRE(r == block_payload(pool_first(base + 8 * PAGE)));
    check(8);
    /* Others take all that there is. */
    mem.top = mem.limit;
    REQUIRE(!malloc(40 * PAGE) && pages() == 50);
    REQUIRE(malloc(PAGE) == q);
    check(50);
}

/* What memory begins with is not zero, nor is a block that was in use. */
static void calloc_clears(void) {
    for (size_t before = 0; before < 3; before++) {
        for (size_t request = 0; request < 40 * TLSF_ALIGN; request += 7) {
            start(1, 0, 20);
            char *p = malloc(before * 500);
            if (before) memset(p, 7, before * 500);
            if (before) free(p);
            if (!before) start(1, 0, 20);
            p = calloc(request, 1);
            check(1);
            for (size_t i = 0; i < request; i++)
                REQUIRE(p[i] == 0);
        }
    }
}

/* Only the fast build leaves alone what nobody has written; what is behind
   the end marker of a heap that grew, and what was in use, is cleared. */
static void calloc_of_fresh_memory(void) {
    start(1, 0, 100);
    char *p = malloc(2 * PAGE);
    check(1);
    char *end = (char *)base + (pages() << PAGE_LOG);
    memset(p + 2 * PAGE + 200, 7, (size_t)(end - p) - 2 * PAGE - 300);
    size_t n = (size_t)(end - p) - 2 * PAGE - 1000, kept = 0;
    char *q = calloc(1, n);
    check(pages());
    REQUIRE(q == p + whole(2 * PAGE));
    for (size_t i = 0; i < n; i++)
        kept += q[i] == 7;
    REQUIRE(TLSF_FAST ? kept > n - 300 : !kept);
    memset(q, 7, n);
    q = realloc(q, n - 5000);
    char *r = calloc(1, 4900);
    for (size_t i = 0; i < 4900; i++)
        REQUIRE(r[i] == 0);
    /* Across the end that was: its marker, and the tail's own words. */
    size_t before = pages();
    r = calloc(5, PAGE);
    check(before);
    for (size_t i = 0; i < 5 * PAGE; i++)
        REQUIRE(r[i] == 0);
}

/* Fresh memory across the end that was: its marker is cleared. */
static void calloc_across_the_end(void) {
    start(1, 0, 100);
    char *p = malloc(2 * PAGE);
    check(1);
    size_t before = pages();
    char *q = calloc(1, 5 * PAGE);
    check(before);
    REQUIRE(q == p + whole(2 * PAGE));
    for (size_t i = 0; i < 5 * PAGE; i++)
        REQUIRE(q[i] == 0);
}

/* The whole of the free block at the end: its tag lies in the payload. */
static void calloc_of_the_tail(void) {
    start(1, 0, 100);
    char *p = malloc(2 * PAGE), *q = p + whole(2 * PAGE);
    check(1);
    size_t before = pages(), n = room_at(q);
    REQUIRE(calloc(1, n) == q && pages() == before);
    for (size_t i = 0; i < n; i++)
        REQUIRE(q[i] == 0);
    check(before);
}

static void products(void) {
    start(1, 0, 100);
    const size_t half = (size_t)1 << (4 * WORD), top = SIZE_MAX;
    const size_t pairs[][2] = {
        {half, half},         {top, top}, {top / 2 + 1, 2}, {top / 3 + 1, 3},
        {half + 1, half - 1}, {top, 1},   {half * 2, half}, {top / 5, 6}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        REQUIRE(!calloc(pairs[i][0], pairs[i][1]));
        REQUIRE(!calloc(pairs[i][1], pairs[i][0]));
        REQUIRE(product(pairs[i][0], pairs[i][1]) >= top - 1);
    }
    REQUIRE(product(top, 1) == top && product(1, top - 1) == top - 1);
    REQUIRE(product(top / 3, 3) == top / 3 * 3 && product(0, top) == 0);
    REQUIRE(product(top, 0) == 0 && product(half - 1, half) == top - half + 1);
    REQUIRE(product(top / 2, 2) == top - 1 && product(7, 9) == 63);
    REQUIRE(calloc(0, top) && calloc(top, 0));
}

static void impossible(void *p, size_t size) {
    size_t before = pages();
    errno = 0;
    REQUIRE(!malloc(size) && errno == ENOMEM);
    errno = 0;
    REQUIRE(!realloc(p, size) && errno == ENOMEM);
    errno = 0;
    REQUIRE(!calloc(1, size) && errno == ENOMEM);
    for (size_t align = 1; align; align <<= 1) {
        void *out = p;
        errno = 0;
        REQUIRE(!aligned_alloc(align, size) && errno == ENOMEM);
        REQUIRE(align < sizeof p ||
                posix_memalign(&out, align, size) == ENOMEM);
        REQUIRE(out == p);
    }
    check(before);
    REQUIRE(pages() == before);
}

static void impossible_requests(void) {
    start(1, 0, 20);
    void *p = malloc(10);
    check(1);
    for (size_t i = 0; i < 400 + 2 * TLSF_ALIGN; i++)
        impossible(p, SIZE_MAX - i);
    for (size_t size = SIZE_MAX; size > 20 * PAGE; size /= 2)
        impossible(p, size);
    /* Half as much again, which the fast build looks for first, wraps. */
    for (size_t i = 0; i < 200; i++)
        impossible(p, SIZE_MAX / 3 * 2 - 100 + i);
    impossible(p, 20 * PAGE);
    size_t most = 20 * PAGE - (size_t)(first() - (char *)base) - whole(10);
    most -= END_LINKS;
    REQUIRE(!malloc(most - WORD + 1) && pages() == 1);
    REQUIRE(malloc(most - WORD) == first() + whole(10) && pages() == 20);
    mem.silent = true;
    errno = 0;
    REQUIRE(!malloc(SIZE_MAX) && errno == 0);
}

static void alignments(void) {
    void *out = NULL, *was = out;
    start(1, 0, 100);
    for (size_t n = 0; n < 300; n++) {
        bool power = n && !(n & (n - 1));
        void *p = aligned_alloc(n, 10);
        REQUIRE(!p == !power && (!p || (uintptr_t)p % n == 0));
        int result = posix_memalign(&out, n, 10);
        REQUIRE(result == (power && n >= WORD ? 0 : EINVAL));
        REQUIRE((out != was) == !result);
        REQUIRE(result || (uintptr_t)out % n == 0);
        was = out;
    }
    errno = 0;
    REQUIRE(!aligned_alloc(3, 1) && errno == ENOMEM);
    check(pages());
}

/* At every offset: the gap before it is a block and can be had again, and the
   block is no larger than it must be. */
static void alignments_at_every_offset(void) {
    for (size_t align = 1; align <= 16 * TLSF_ALIGN; align *= 2) {
        for (size_t before = 0; before < 20 * TLSF_ALIGN;
             before += TLSF_ALIGN) {
            start(1, 0, 2);
            char *p = malloc(before);
            char *q = aligned_alloc(align, 200);
            check(1);
            REQUIRE((uintptr_t)q % align == 0 && pages() == 1);
            size_t gap = (size_t)(q - p) - whole(before);
            REQUIRE(gap < align + BLOCK_MIN && fits(q, 200));
            REQUIRE(is_free(p + whole(before), gap));
            REQUIRE(malloc(5000) == q + malloc_usable_size(q) + WORD);
            check(1);
        }
    }
}

/* Takes all that is free, in memory that can't grow. */
static void fill(void) {
    while (malloc(0))
        continue;
}

/* Alignment needs room for the largest gap and, where a granule is less than a
   block, one block more; and none where each block has it. */
static void alignments_in_a_tight_hole(void) {
    const size_t request = 5 * TLSF_ALIGN - WORD;
    for (size_t align = 1; align <= 16 * TLSF_ALIGN; align *= 2) {
        size_t gap = align > TLSF_ALIGN ? align - TLSF_ALIGN : 0;
        if (gap && BLOCK_MIN > TLSF_ALIGN) gap += BLOCK_MIN;
        start(1, 0, 1);
        char *hole = malloc(request + gap);
        fill();
        free(hole);
        char *p = aligned_alloc(align, request);
        REQUIRE(p >= hole && p <= hole + gap && (gap || p == hole));
        check(1);
    }
}

/* [ before ][ p ][ after ][ used ] in memory that can't grow, of which nothing
   but some of these is free. */
enum { BEFORE = 3000, OWN = 2500, AFTER = 4000 };

static struct { char *before, *p, *after, *wall; } row;

static void row_start(bool free_before, bool free_after) {
    start(1, 0, 1);
    row.before = malloc(BEFORE);
    row.p = malloc(OWN);
    row.after = malloc(AFTER);
    row.wall = malloc(PAGE / 2);
    fill();
    if (free_before) free(row.before);
    if (free_after) free(row.after);
    memset(row.p, 9, OWN);
    check(1);
}

/* What realloc gives for p, and that it holds what p held. */
static char *row_realloc(size_t size) {
    char *q = realloc(row.p, size), *held = q ? q : row.p;
    for (size_t i = 0; i < OWN && (!q || i < size); i++)
        REQUIRE(held[i] == 9);
    REQUIRE(!q || fits(q, size));
    check(1);
    return q;
}

static void realloc_shrinks(void) {
    row_start(false, false);
    for (size_t size = OWN; size; size -= size < 100 ? 1 : 100)
        REQUIRE(row_realloc(size) == row.p);
    REQUIRE(row_realloc(0) == row.p);
    REQUIRE(is_free(row.p + whole(0), whole(OWN) - whole(0)));
    row_start(false, true);
    REQUIRE(row_realloc(500) == row.p);
    size_t rest = whole(OWN) + whole(AFTER) - whole(500);
    REQUIRE(is_free(row.p + whole(500), rest));
}

static void realloc_grows_into_the_block_after(void) {
    const size_t all = whole(OWN) + whole(AFTER);
    for (size_t size = OWN; size < all - WORD; size += 61) {
        row_start(false, true);
        REQUIRE(row_realloc(size) == row.p);
        REQUIRE(is_free(row.p + whole(size), all - whole(size)));
    }
    row_start(false, true);
    REQUIRE(!row_realloc(all - WORD + 1));
    REQUIRE(row_realloc(all - WORD) == row.p);
}

/* Nothing else is free. The fast build never slides. */
static void realloc_slides_down(void) {
    const size_t two = whole(BEFORE) + whole(OWN), all = two + whole(AFTER);
    row_start(true, false);
    REQUIRE(!row_realloc(two - WORD + 1));
    REQUIRE(row_realloc(two - WORD) == (TLSF_FAST ? NULL : row.before));
    row_start(true, false);
    REQUIRE(row_realloc(BEFORE) == row.before);
    REQUIRE(is_free(row.before + whole(BEFORE), two - whole(BEFORE)));
    row_start(true, true);
    REQUIRE(!row_realloc(all - WORD + 1));
    REQUIRE(row_realloc(all - WORD) == (TLSF_FAST ? NULL : row.before));
    row_start(true, true);
    REQUIRE(TLSF_FAST || row_realloc(all - 1000) == row.before);
    size_t rest = all - whole(all - 1000);
    REQUIRE(TLSF_FAST || is_free(row.before + all - rest, rest));
}

static void realloc_moves(void) {
    start(1, 0, 9);
    char *p = malloc(100), *wall = malloc(1);
    memset(p, 8, 100);
    char *q = realloc(p, 10000);
    check(1);
    REQUIRE(q > wall);
    for (int i = 0; i < 100; i++)
        REQUIRE(q[i] == 8);
    REQUIRE(malloc(100) == p);
    REQUIRE(realloc(NULL, 20) && !realloc(q, SIZE_MAX));
    check(1);
    /* One that fits nowhere costs nothing. */
    mem.limit = mem.top;
    REQUIRE(!realloc(q, 2 * PAGE));
    check(1);
}

/* The last block lengthens memory by what is missing, and stays. */
static void realloc_grows_memory(void) {
    for (size_t tail = 0; tail < 3; tail++) {
        start(1, 0, 99);
        char *p = malloc(PAGE - 100 - tail * 5000);
        size_t last = PAGE - (size_t)(p - (char *)base);
        if (!tail) p = realloc(p, last);
        check(1);
        for (size_t size = 2 * PAGE; size < 20 * PAGE; size += 100 * 61) {
            size_t before = pages();
            REQUIRE(realloc(p, size) == p);
            size_t end = (size_t)(p - (char *)base) + whole(size);
            REQUIRE(pages() == pages_to(end));
            check(before);
        }
    }
}

/* What ends where memory ends is read to there, wherever it moves. */
static void realloc_moves_the_last(void) {
    for (int slides = 0; slides < 2; slides++) {
        start(1, 0, 1);
        char *before = malloc(40000), *p = before + whole(40000);
        if (!slides) p += malloc_usable_size(malloc(0)) + WORD;
        size_t n = room_at(p);
        REQUIRE(before && malloc(n) == p);
        memset(p, 9, n);
        free(before);
        REQUIRE(realloc(p, 39000) == before);
        for (size_t i = 0; i < n; i++)
            REQUIRE(before[i] == 9);
        check(1);
    }
}

/* To stay as large or to shrink asks for no pages. */
static void realloc_asks_for_nothing(void) {
    start(2, 0, 9);
    char *p = first();
    size_t all = room_at(p);
    REQUIRE(malloc(all) == p);
    for (size_t less = 0; less < 5000; less += 1000) {
        REQUIRE(realloc(p, all - less) == p && mem.calls == 0);
        check(2);
    }
}

/* The last block, of any size, with no tail: what is impossible changes
   nothing. */
static void realloc_impossible_at_the_end(void) {
    for (size_t size = 0; size < 100; size += WORD) {
        start(1, 0, 9);
        size_t before = room_at(first()) - whole(size);
        REQUIRE(malloc(before) == first());
        char *p = malloc(size);
        REQUIRE(p == first() + before + WORD);
        check(1);
        for (size_t i = 0; i < 300; i++) {
            REQUIRE(!realloc(p, SIZE_MAX - i) && pages() == 1);
            check(1);
        }
    }
}

/* A block that is not the last does not lengthen the end of memory. */
static void realloc_leaves_the_end(void) {
    start(9, 0, 20);
    char *hole = malloc(5 * PAGE), *wall = malloc(0), *p = malloc(PAGE);
    malloc(0);
    free(hole);
    REQUIRE(wall && realloc(p, 4 * PAGE) == hole && mem.calls == 0);
    check(9);
}

/* What the README says of the fast build's stacks. */
enum { STACKS_BELOW = 58, STACK_DEPTH = 8 };

/* The fast build's stacks: so many, last in, first out, sizes apart; what is
   too large or too many is free at once. */
static void stacks_hold(void) {
    start(1, 0, 1);
    char *p[STACK_DEPTH + 1], *big[2];
    const size_t most = STACKS_BELOW * TLSF_ALIGN;
    for (size_t size = TLSF_ALIGN; size <= most; size += TLSF_ALIGN) {
        bool held = size < most;
        big[0] = malloc(size - WORD), big[1] = malloc(0);
        free(big[0]);
        REQUIRE(block_is_free(block_of(big[0])) == !held);
        REQUIRE(!held || malloc(size - WORD) == big[0]);
        REQUIRE(!held || malloc(size - WORD) != big[0]);
        start(1, 0, 1);
    }
    for (size_t i = 0; i <= STACK_DEPTH; i++)
        p[i] = malloc(100), malloc(0);
    for (size_t i = 0; i <= STACK_DEPTH; i++)
        free(p[i]);
    for (size_t i = 0; i <= STACK_DEPTH; i++)
        REQUIRE(block_is_free(block_of(p[i])) == (i == STACK_DEPTH));
    for (size_t i = STACK_DEPTH; i--;)
        REQUIRE(malloc(100) == p[i]);
    REQUIRE(malloc(100) == p[STACK_DEPTH]);
    check(1);
}

/* What the stacks hold goes back before memory grows or a request fails. */
static void stacks_are_emptied(void) {
    start(1, 0, 1);
    char *p[PAGE / TLSF_ALIGN];
    size_t n = 0;
    while ((p[n] = malloc(QUICK_MAX - 2 * TLSF_ALIGN)))
        n++;
    while (malloc(1))
        continue;
    for (size_t i = 0; i < 6; i++)
        free(p[i]);
    check(1);
    REQUIRE(!block_is_free(block_of(p[0])));
    REQUIRE(malloc(5 * QUICK_MAX) == p[0] && pages() == 1);
    check(1);
    for (size_t i = 0; i < 2; i++)
        free(p[n - 1 - i]);
    char *q = p[n - 3];
    REQUIRE(realloc(q, 2 * QUICK_MAX) == q);
    check(1);
}

/* A split leaves the remainder, which small requests are cut from, but a hole
   of just their size comes first. */
static void remainder_serves(void) {
    start(1, 0, 1);
    char *hole = malloc(10000), *wall = malloc(0);
    char *small[QUICK_DEPTH + 1];
    for (size_t i = 0; i <= QUICK_DEPTH; i++)
        small[i] = malloc(300), malloc(0);
    free(hole);
    REQUIRE(heap.slot[REMAINDER].first == block_of(hole));
    check(1);
    char *a = malloc(100), *b = malloc(200), *c = malloc(100);
    REQUIRE(a == hole && b == a + whole(100) && c == b + whole(200));
    check(1);
    for (size_t i = 0; i <= QUICK_DEPTH; i++)
        free(small[i]);
    for (size_t i = 0; i < QUICK_DEPTH; i++)
        REQUIRE(malloc(300) == small[QUICK_DEPTH - 1 - i]);
    REQUIRE(malloc(300) == small[QUICK_DEPTH] && wall);
    /* Cut to its end, and no further. */
    size_t left = heap.slot[REMAINDER].first->header;
    for (; left > whole(400); left -= whole(400)) {
        REQUIRE(heap.slot[REMAINDER].first->header == left);
        malloc(400);
        check(1);
    }
    REQUIRE(malloc(left - WORD) && !heap.slot[REMAINDER].first);
    check(1);
}

static void tail_fill(void) {
    REQUIRE(malloc(heap.slot[TAIL].first->header - WORD));
    REQUIRE(heap.slot[TAIL].first == heap.slot[END].first);
}

static char *remainder_payload(void) {
    return block_payload(heap.slot[REMAINDER].first);
}

/* Small requests are cut from the remainder and not from a larger hole that
   is in a bin; larger ones from that, and what they leave is no remainder. */
static void remainder_comes_before_holes(void) {
    const size_t small = (SLLEN - 1) * TLSF_ALIGN;
    start(1, 0, 1);
    char *rest = malloc(20000), *wall = malloc(0), *hole = malloc(10000);
    malloc(0);
    free(rest);
    free(hole);
    REQUIRE(wall && remainder_payload() == rest);
    REQUIRE(malloc(small - WORD) == rest);
    REQUIRE(malloc(small + TLSF_ALIGN - WORD) == hole);
    REQUIRE(remainder_payload() == rest + small);
    check(1);
}

/* A hole of 5 granules is the remainder. */
static char *remainder_of_five(void) {
    char *rest = malloc(65 * TLSF_ALIGN - WORD);
    malloc(0);
    free(rest);
    REQUIRE(remainder_payload() == rest);
    for (int i = 0; i < 2; i++)
        REQUIRE(malloc(30 * TLSF_ALIGN - WORD) == rest + 30 * i * TLSF_ALIGN);
    REQUIRE(remainder_payload() == rest + 60 * TLSF_ALIGN);
    return remainder_payload();
}

/* A remainder that does not suffice gives way to what a small request leaves:
   of a hole, or of what the stacks held. */
static void remainder_gives_way(void) {
    start(1, 0, 1);
    char *hole = malloc(10000), *five;
    malloc(0);
    five = remainder_of_five();
    free(hole);
    REQUIRE(malloc(10 * TLSF_ALIGN - WORD) == hole);
    REQUIRE(remainder_payload() == hole + 10 * TLSF_ALIGN);
    REQUIRE(malloc(5 * TLSF_ALIGN - WORD) == five);
    check(1);
    start(1, 0, 1);
    char *held[4];
    for (int i = 0; i < 4; i++)
        held[i] = malloc(10 * TLSF_ALIGN - WORD);
    malloc(0);
    five = remainder_of_five();
    tail_fill();
    for (int i = 0; i < 4; i++)
        free(held[i]);
    REQUIRE(remainder_payload() == five);
    REQUIRE(malloc(20 * TLSF_ALIGN - WORD) == held[0]);
    REQUIRE(remainder_payload() == held[2] && !quick.stack[10].count);
    check(1);
}

/* realloc would rather copy than grow memory. */
static void realloc_prefers_holes(void) {
    const size_t size = 4 * QUICK_MAX;
    for (size_t room = size; room < 2 * size; room += size / 8) {
        start(1, 0, 50);
        char *hole = malloc(room), *wall = malloc(0), *p = malloc(100);
        tail_fill();
        free(hole);
        REQUIRE(wall && realloc(p, size) == hole && pages() == 1);
        check(1);
    }
    start(4, 0, 50);
    char *tight = malloc(2 * PAGE), *wall = malloc(0);
    char *last = wall + whole(0);
    REQUIRE(malloc(room_at(last)) == last);
    free(tight);
    REQUIRE(realloc(last, 2 * PAGE) == tight && mem.calls == 0);
    check(4);
}

/* Two holes in bins: `size`, and `room`; the end of memory is not free. */
static struct { char *tight, *wide, *held, *p, *q; } holes;

static void holes_start(size_t size, size_t room) {
    start(5, 0, 50);
    char *rest = malloc(QUICK_MAX);
    malloc(0);
    holes.held = malloc(0);
    malloc(0);
    holes.tight = malloc(size);
    malloc(0);
    holes.wide = malloc(room);
    holes.p = malloc(100);
    holes.q = malloc(100);
    tail_fill();
    free(rest);
    REQUIRE(heap.slot[REMAINDER].first == block_of(rest));
    free(holes.tight);
    free(holes.wide);
    free(holes.held);
    check(1);
}

enum { LARGE = QUICK_MAX > 1024 ? QUICK_MAX : 1024 };

/* A large block goes to a hole of half as much again rather than to a tight
   one, then to a tight one; a very large one to a tight one at once. The
   stacks keep what they hold. */
static void realloc_prefers_room(void) {
    const size_t most = PAGE; /* a block of so many is not very large yet */
    for (size_t size = LARGE; whole(size) <= most; size *= 2) {
        holes_start(size, whole(size) * 3 / 2);
        REQUIRE(realloc(holes.p, size) == holes.wide);
        REQUIRE(realloc(holes.q, size) == holes.tight && pages() == 5);
        REQUIRE(!block_is_free(block_of(holes.held)));
        check(5);
        holes_start(size, whole(size) * 7 / 5);
        REQUIRE(realloc(holes.p, size) == holes.tight);
        check(5);
    }
    holes_start(1023, whole(1023) * 3 / 2); /* not large yet */
    REQUIRE(realloc(holes.p, 1023) == holes.tight);
    holes_start(most - WORD, most * 3 / 2);
    REQUIRE(realloc(holes.p, most - WORD) == holes.wide);
    holes_start(most, most * 2);
    REQUIRE(realloc(holes.p, most) == holes.tight && pages() == 5);
    check(5);
}

/* One of up to 6 KiB rather has room to grow by half twice. */
static void realloc_prefers_room_twice(void) {
    const size_t most = 6144 - WORD;
    for (size_t size = LARGE; size <= most; size += (most - LARGE) / 2) {
        size_t half = whole(size) * 3 / 2, twice = whole(size) * 9 / 4;
        holes_start(half, twice);
        REQUIRE(realloc(holes.p, size) == holes.wide);
        REQUIRE(realloc(holes.q, size) == holes.tight);
        check(5);
        holes_start(half, twice - whole(0) - whole(size) / 32);
        REQUIRE(realloc(holes.p, size) == holes.tight);
        check(5);
    }
    holes_start(most * 3 / 2, most * 9 / 4);
    REQUIRE(realloc(holes.p, most) == holes.wide);
    holes_start(whole(most + 1) * 3 / 2, whole(most + 1) * 9 / 4);
    REQUIRE(realloc(holes.p, most + 1) == holes.tight);
    check(5);
}

/* More than 2 KiB, room included, is not taken from the end of memory. */
static void realloc_spares_the_end(void) {
    for (size_t size = LARGE; size <= 32768; size *= 2) {
        start(3, 0, 50);
        char *tight = malloc(size), *wall = malloc(0);
        char *p = malloc(100), *last = malloc(0);
        free(tight);
        bool roomy = whole(size) * 3 / 2 <= 2048;
        char *q = realloc(p, size);
        REQUIRE(wall && q == (roomy ? last + whole(0) : tight));
        check(3);
    }
}

/* What fits where it is stays, to the last byte, whatever else is free. */
static void realloc_stays(void) {
    start(1, 0, 1);
    char *hole = malloc(5 * QUICK_MAX), *wall = malloc(0);
    char *p = malloc(QUICK_MAX), *after = malloc(QUICK_MAX);
    malloc(0);
    free(hole);
    free(after);
    REQUIRE(wall && realloc(p, 2 * whole(QUICK_MAX) - WORD) == p);
    check(1);
}

/* A small block takes one of its new size that was just freed. */
static void realloc_takes_what_is_held(void) {
    start(1, 0, 1);
    char *p = malloc(100), *wall = malloc(0), *held = malloc(300);
    malloc(0);
    free(held);
    REQUIRE(wall && realloc(p, 300) == held);
    check(1);
}

/* What lengthens the last block to the end of memory is no longer fresh. */
static void realloc_takes_the_tail(void) {
    start(1, 0, 1);
    char *p = malloc(100);
    REQUIRE(p && heap.slot[TAIL].first);
    size_t tail = heap.slot[TAIL].first->header;
    REQUIRE(realloc(p, whole(100) + tail - WORD) == p);
    check(1);
    REQUIRE(heap.slot[TAIL].first == heap.slot[END].first);
    REQUIRE(heap.slot[FRESH].first ==
            block_at(heap.slot[END].first, END_LINKS));
    start(1, 0, 9);
    p = malloc(100);
    size_t all = 2 * PAGE - END_LINKS - (size_t)(p - (char *)base) - WORD;
    REQUIRE(realloc(p, all) == p && pages() == 2);
    check(1);
    REQUIRE(heap.slot[FRESH].first == heap.slot[END].first);
}

/* The one block of a bin, but with these for its own words. */
static void apart_broken(const struct check *c, size_t bin, struct block as) {
    struct block *b = heap.slot[bin].first, was = *b;
    size_t limit = 1;
    *b = (struct block){was.prev, as.header, as.next ? as.next : was.next,
                        as.link ? as.link : was.link};
    REQUIRE(check_apart(c, bin, &limit) == 5);
    REQUIRE(check_bins(c, 2) == 5);
    *b = was;
}

/* A link to the word behind the bins, which is the tail's address too. */
static void home_broken(void) {
    start(1, 0, 1);
    malloc(100);
    check(1);
    struct block *tail = heap.slot[TAIL].first;
    heap.slot[FRESH].first = tail;
    REQUIRE(check_is_home(&heap, tail));
    tail->link = slot_link(&heap, FRESH);
    REQUIRE(!check_is_home(&heap, tail));
}

/* Of the bins of one block: a list, a link elsewhere, a used block. */
static void bins_of_one_broken(void) {
    for (size_t bin = TAIL; bin <= REMAINDER; bin++) {
        start(1, 0, 1);
        char *hole = malloc(5000);
        malloc(0);
        free(hole);
        check(1);
        struct block *b = heap.slot[bin].first, was = *b;
        b->next = b;
        REQUIRE(check_heap(&heap, pools, pool_count) == 5);
        *b = was;
        b->link = slot_link(&heap, END);
        REQUIRE(check_heap(&heap, pools, pool_count) == 5);
        *b = was;
        check(1);
        struct check c = {&heap, 0, (uintptr_t)heap.slot[END].first, 0};
        size_t limit = 1;
        REQUIRE(check_apart(&c, bin, &limit) == 0 && limit == 0);
        REQUIRE(check_apart(&c, bin, &limit) == 7);
        REQUIRE(check_bins(&c, 2) == 0);
        apart_broken(&c, bin, (struct block){.header = b->header, .next = b});
        apart_broken(&c, bin, (struct block){.header = b->header, .link = b});
        apart_broken(&c, bin, (struct block){.header = b->header | USED});
        heap.slot[bin].first = block_at(b, 1);
        REQUIRE(check_apart(&c, bin, &limit) == 5);
        heap.slot[bin].first = b;
    }
}

/* The end, which the tail's list ends in, is linked elsewhere. */
static void end_unlinked(void) {
    start(1, 0, 1);
    malloc(100);
    check(1);
    for (int used = 0; used < 2; used++) {
        struct block *end = heap.slot[END].first, *was = end->link;
        end->link = used ? heap.slot[TAIL].first : slot_link(&heap, TAIL);
        REQUIRE(check_heap(&heap, pools, pool_count) == 5);
        end->link = was;
        check(1);
        if (!used) tail_fill();
    }
}

/* A tail and fresh memory where there is none, or another tail. */
static void end_broken(void) {
    start(1, 0, 1);
    struct check c = {&heap, 0, 0, 0};
    struct block *b = pool_first(mem.start);
    REQUIRE(check_end(&c) == 0);
    heap.slot[TAIL].first = b;
    REQUIRE(check_end(&c) == 8);
    heap.slot[TAIL].first = NULL;
    heap.slot[FRESH].first = b;
    REQUIRE(check_end(&c) == 8);
    heap.slot[FRESH].first = NULL;
    malloc(100);
    check(1);
    c.high = (uintptr_t)heap.slot[END].first;
    REQUIRE(check_end(&c) == 0);
    c.high += HEAD;
    REQUIRE(check_end(&c) == 8);
    c.high -= HEAD;
    struct block *tail = heap.slot[TAIL].first, *end = heap.slot[END].first;
    heap.slot[FRESH].first = block_at(tail, (size_t)0 - TLSF_ALIGN);
    REQUIRE(check_end(&c) == 8);
    heap.slot[FRESH].first = block_at(end, END_LINKS + TLSF_ALIGN);
    REQUIRE(check_end(&c) == 8);
    heap.slot[FRESH].first = end;
    REQUIRE(check_end(&c) == 0);
    heap.slot[TAIL].first = b;
    REQUIRE(check_end(&c) == 8);
}

static void require_stacks_broken(void) {
    REQUIRE(check_heap(&heap, pools, pool_count) == 0);
    REQUIRE(check_quick(&quick, pools, pool_count) == 9);
}

/* Stacks too high, with a block twice, a free one, one of another size, or one
   that is none. */
static void stacks_broken(void) {
    start(1, 0, 1);
    char *held = malloc(100), *other = malloc(200), *hole = malloc(5000);
    malloc(0);
    free(hole);
    free(held);
    check(1);
    size_t n = block_size(block_of(held)) / TLSF_ALIGN;
    struct block *const wrong[] = {block_of(held), block_of(other),
                                   block_of(hole), block_of(held + 1)};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        quick.stack[n].held[1] = wrong[i];
        quick.stack[n].count = 2;
        require_stacks_broken();
        quick.stack[n].held[0] = wrong[i];
        quick.stack[n].count = 1;
        if (i) require_stacks_broken();
        quick.stack[n].held[0] = block_of(held);
    }
    quick.stack[n].count = SIZE_MAX; /* it is not read so far */
    require_stacks_broken();
    quick.stack[n].count = 0;
    check(1);
    for (size_t i = 0; i < QUICK_SIZES; i += QUICK_SIZES - 1) {
        quick.stack[i].count = QUICK_DEPTH + 1;
        require_stacks_broken();
        quick.stack[i].count = 0;
    }
}

static void fast(void) {
    stacks_hold();
    stacks_are_emptied();
    remainder_serves();
    remainder_comes_before_holes();
    remainder_gives_way();
    realloc_prefers_holes();
    realloc_prefers_room();
    realloc_prefers_room_twice();
    realloc_spares_the_end();
    realloc_stays();
    realloc_takes_what_is_held();
    realloc_takes_the_tail();
    home_broken();
    end_broken();
    stacks_broken();
}

/* Below 64 KiB the fast build rather moves. */
static void realloc_extends_large_blocks(void) {
    for (size_t less = 0; less <= TLSF_ALIGN; less += TLSF_ALIGN) {
        start(1, 0, 9);
        char *low = malloc(PAGE / 2), *p = malloc(500);
        char *top = (char *)base + PAGE - END_LINKS - WORD;
        p = realloc(p, (size_t)(top - p));
        REQUIRE(low && p && pages() == 1);
        REQUIRE((realloc(p, PAGE - WORD - less) == p) == (!TLSF_FAST || !less));
        check(1);
    }
}

static void random_step(unsigned bits) {
    struct live *l = &live[below(LIVE)];
    size_t size = any_size(bits), align = (size_t)1 << below(12);
    live_verify(l, l->size);
    if (l->p && below(2)) {
        char *q = realloc(l->p, size);
        if (!q) return;
        l->p = (unsigned char *)q;
        live_verify(l, l->size < size ? l->size : size);
        live_set(l, q, size);
    } else if (l->p) {
        free(l->p);
        live_set(l, NULL, 0);
    } else if (below(3)) {
        live_set(l, malloc(size), size);
    } else if (below(2)) {
        unsigned char *p = calloc(size, 1);
        for (size_t i = 0; p && i < size; i++)
            REQUIRE(p[i] == 0);
        live_set(l, p, size);
    } else {
        live_set(l, aligned_alloc(align, size), size);
        REQUIRE((uintptr_t)l->p % align == 0);
    }
    REQUIRE(!l->p || malloc_usable_size(l->p) >= l->size);
    REQUIRE((uintptr_t)l->p % TLSF_ALIGN == 0);
}

/* Then everything is freed and one block again. */
static void random_end(void) {
    for (size_t i = 0; i < LIVE; i++) {
        live_verify(&live[i], live[i].size);
        free(live[i].p);
        check(pages());
    }
    quick_flush(&quick, &heap);
    check(pages());
    for (size_t i = 0; i < pool_count; i++) {
        struct block *b = pool_first((uintptr_t)pools[i]);
        if (!block_size(b)) continue;
        REQUIRE(block_is_free(b) && !block_size(block_at(b, block_size(b))));
    }
}

static void random_operations(uint32_t seed) {
    random_state = seed * 0x9e3779b9u;
    start(below(3), 0, 5 + below(50));
    for (int i = 0; i < 700; i++) {
        if (seed % 3 == 0 && below(40) == 0) pages_grow(below(3));
        mem.refuse = seed % 4 ? 0 : mem.calls + below(3);
        size_t before = pages();
        random_step(seed % 2 ? 9 : 15);
        check(before);
    }
    random_end();
}

int main(void) {
    sizes_of_blocks();
    bins_of_sizes();
    maps();
    growth_is_exact();
    growth_counts_the_tail();
    growth_from_nothing();
    growth_asks_once();
    growth_by_a_thirty_second();
    growth_refused();
    growth_by_others();
    calloc_clears();
    calloc_of_fresh_memory();
    calloc_across_the_end();
    calloc_of_the_tail();
    products();
    impossible_requests();
    alignments();
    alignments_at_every_offset();
    alignments_in_a_tight_hole();
    realloc_shrinks();
    realloc_grows_into_the_block_after();
    realloc_slides_down();
    realloc_moves();
    realloc_grows_memory();
    realloc_extends_large_blocks();
    realloc_moves_the_last();
    realloc_asks_for_nothing();
    realloc_impossible_at_the_end();
    realloc_leaves_the_end();
    if (TLSF_TAIL) {
        bins_of_one_broken();
        end_unlinked();
    }
    if (TLSF_FAST) fast();
    for (uint32_t seed = 1; seed <= 24; seed++)
        random_operations(seed);
    puts("all is so");
}
