/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Boundary cases of the C family, in the build that the compiler's flags
 * choose; and a short random run against the shadow model. It is quick:
 * coverage and mutation run it often.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>

#include "cases.h"
#include "live.h"
#include "pages.h"
#include "random.h"

enum { PAGE = 1 << PAGE_LOG, PAGES = 600 };

#include "renamed.h"
#include TLSF_BUILD

#include TLSF_CHECK

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
    check_forget();
    memset(live, 0, sizeof live);
    memset(&host, 0, sizeof host);
    host.start = base + skip;
    host.top = (base >> PAGE_LOG) + initial;
    host.limit = (base >> PAGE_LOG) + limit;
    pool_count = end_page = 0;
}

static size_t pages(void) { return host.top - (base >> PAGE_LOG); }

/* After an operation that began with `before` pages. */
static void check(size_t before) {
    const struct block *end = heap.slot[END].first;
    if (!end) return;
    if (!pool_count || (pages() != before && before != end_page)) {
        REQUIRE(pool_count < POOLS);
        pools[pool_count] =
            (void *)(pool_count ? base + (before << PAGE_LOG) : host.start);
        pool_count++;
    }
    end_page = ((uintptr_t)end + END_SIZE - base) >> PAGE_LOG;
    REQUIRE(check_family(pools, pool_count) == 0);
}

/* Where the first block's payload lies. */
static char *first(void) { return block_payload(pool_first(host.start)); }

/* What a block holds whose payload is here, up to the end of memory. */
static size_t room_at(char *payload) {
    uintptr_t end = (host.top << PAGE_LOG) - END_SIZE;
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

CASE(sizes_of_blocks) {
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
    uint64_t unit = MAP_FLOAT ? size : size / TLSF_ALIGN + SLLEN;
    unsigned row = log2_of(unit);
    uint64_t in_row = (unit << (63 - row) << 1 >> 1) >> (63 - log2_of(SLLEN));
    row -= MAP_FLOAT ? log2_of(BLOCK_MIN) : log2_of(SLLEN);
    uint64_t bin = FIRST_BIN + (uint64_t)row * SLLEN + in_row;
    return bin < SLOTS ? (size_t)bin : SLOTS - 1;
}

static size_t bin_is(size_t size) {
    return slot_index(&heap, bins_floor(&heap, size));
}

/* Every size to a megabyte; those around each power of two and each bin's
   first above. To the float's 24 bits: then it may round up. */
CASE(bins_of_sizes) {
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

CASE(maps) {
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
CASE(growth_is_exact) {
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
CASE(growth_counts_the_tail) {
    for (size_t request = (size_t)PAGE - 40 * TLSF_ALIGN; request < PAGE + 200;
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
CASE(growth_from_nothing) {
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
CASE(growth_asks_once) {
    for (size_t skip = 100; skip < 100 + 2 * TLSF_ALIGN; skip++) {
        start(1, skip, 9);
        REQUIRE(malloc(2 * PAGE) == first());
        REQUIRE(host.calls == 1 && pages() == 3);
        check(1);
    }
}

/* A heap of 100 pages grows by three more than is missing. */
CASE(growth_by_a_thirty_second) {
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
CASE(growth_refused) {
    for (unsigned refuse = 1; refuse < 4; refuse++) {
        start(1, 0, 500);
        char *p = malloc(100 * PAGE);
        check(1);
        host.fail = refuse;
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
CASE(growth_by_others) {
    start(1, 0, 50);
    char *p = malloc(1000);
    check(1);
    host.top += 2;
    char *q = malloc(PAGE);
    check(3);
    REQUIRE(q == block_payload(pool_first(base + 3 * PAGE)));
    REQUIRE(pool_count == 2 && pages() == 5);
    REQUIRE(realloc(q, 3 * PAGE + 30000) == q);
    check(5);
    REQUIRE(malloc(60000) == p + whole(1000) && pages() == 7);
    host.top++;
    char *r = realloc(q, 8 * PAGE);
    REQUIRE(r == block_payload(pool_first(base + 8 * PAGE)));
    check(8);
    /* Others take all that there is. */
    host.top = host.limit;
    REQUIRE(!malloc(40 * PAGE) && pages() == 50);
    REQUIRE(malloc(PAGE) == q);
    check(50);
}

/* What memory begins with is not zero, nor is a block that was in use. */
CASE(calloc_clears) {
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
CASE(calloc_of_fresh_memory) {
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
    REQUIRE(HAS_QUICK ? kept > n - 300 : !kept);
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
CASE(calloc_across_the_end) {
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
CASE(calloc_of_the_tail) {
    start(1, 0, 100);
    char *p = malloc(2 * PAGE), *q = p + whole(2 * PAGE);
    check(1);
    size_t before = pages(), n = room_at(q);
    REQUIRE(calloc(1, n) == q && pages() == before);
    for (size_t i = 0; i < n; i++)
        REQUIRE(q[i] == 0);
    check(before);
}

CASE(products) {
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

CASE(impossible_requests) {
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
    host.silent = true;
    errno = 0;
    REQUIRE(!malloc(SIZE_MAX) && errno == 0);
}

CASE(alignments) {
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
    REQUIRE(!aligned_alloc(3, 1) && errno == EINVAL);
    check(pages());
}

/* At every offset: the gap before it is a block and can be had again, and the
   block is no larger than it must be. */
CASE(alignments_at_every_offset) {
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
CASE(alignments_in_a_tight_hole) {
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

CASE(realloc_shrinks) {
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

CASE(realloc_grows_into_the_block_after) {
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
CASE(realloc_slides_down) {
    const size_t two = whole(BEFORE) + whole(OWN), all = two + whole(AFTER);
    row_start(true, false);
    REQUIRE(!row_realloc(two - WORD + 1));
    REQUIRE(row_realloc(two - WORD) == (HAS_QUICK ? NULL : row.before));
    row_start(true, false);
    REQUIRE(row_realloc(BEFORE) == row.before);
    REQUIRE(is_free(row.before + whole(BEFORE), two - whole(BEFORE)));
    row_start(true, true);
    REQUIRE(!row_realloc(all - WORD + 1));
    REQUIRE(row_realloc(all - WORD) == (HAS_QUICK ? NULL : row.before));
    row_start(true, true);
    REQUIRE(HAS_QUICK || row_realloc(all - 1000) == row.before);
    size_t rest = all - whole(all - 1000);
    REQUIRE(HAS_QUICK || is_free(row.before + all - rest, rest));
}

CASE(realloc_moves) {
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
    host.limit = host.top;
    REQUIRE(!realloc(q, 2 * PAGE));
    check(1);
}

/* The last block lengthens memory by what is missing, and stays. */
CASE(realloc_grows_memory) {
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
CASE(realloc_moves_the_last) {
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
CASE(realloc_asks_for_nothing) {
    start(2, 0, 9);
    char *p = first();
    size_t all = room_at(p);
    REQUIRE(malloc(all) == p);
    for (size_t less = 0; less < 5000; less += 1000) {
        REQUIRE(realloc(p, all - less) == p && host.calls == 0);
        check(2);
    }
}

/* The last block, of any size, with no tail: what is impossible changes
   nothing. */
CASE(realloc_impossible_at_the_end) {
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
CASE(realloc_leaves_the_end) {
    start(9, 0, 20);
    char *hole = malloc(5 * PAGE), *wall = malloc(0), *p = malloc(PAGE);
    malloc(0);
    free(hole);
    REQUIRE(wall && realloc(p, 4 * PAGE) == hole && host.calls == 0);
    check(9);
}

static void tail_fill(void) {
    REQUIRE(malloc(heap.slot[TOP].first->header - WORD));
    REQUIRE(heap.slot[TOP].first == heap.slot[END].first);
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

/* Of the bins of one block: a list, a link elsewhere, a used block. */
CASE_IF(END_LINKS > 0, bins_of_one_broken) {
    for (size_t bin = TOP; bin <= LAST_APART; bin++) {
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
CASE_IF(END_LINKS > 0, end_unlinked) {
    start(1, 0, 1);
    malloc(100);
    check(1);
    for (int used = 0; used < 2; used++) {
        struct block *end = heap.slot[END].first, *was = end->link;
        end->link = used ? heap.slot[TOP].first : slot_link(&heap, TOP);
        REQUIRE(check_heap(&heap, pools, pool_count) == 5);
        end->link = was;
        check(1);
        if (!used) tail_fill();
    }
}

#ifdef TLSF_QUICK_H
#include "quick_lists.h"
#endif

/* What a build tells its tests: small/check.h says what each question means. */
CASE(questions_to_a_build) {
    start(1, 0, 1);
    char *p = malloc(100), *q = malloc(0);
    void *at;
    size_t bytes;
    REQUIRE(!check_held_count() && !check_holds(block_of(p)));
    free(p);
    REQUIRE(check_held_count() == HAS_QUICK);
    REQUIRE(check_holds(block_of(p)) == HAS_QUICK);
    check_forget_released();
    REQUIRE(check_held_count() == HAS_QUICK);
    REQUIRE(check_held_part(&at, &bytes) == HAS_QUICK);
    REQUIRE(check_zero_from() > (uintptr_t)q);
    REQUIRE(malloc(100) == p && !check_held_count());
    check_forget_released();
    free(p);
    check_flush();
    REQUIRE(!check_held_count() && block_is_free(block_of(p)));
    check(1);
}

/* With quick lists a block below 64 KiB moves instead. */
CASE(realloc_extends_large_blocks) {
    for (size_t less = 0; less <= TLSF_ALIGN; less += TLSF_ALIGN) {
        start(1, 0, 9);
        char *low = malloc(PAGE / 2), *p = malloc(500);
        char *top = (char *)base + PAGE - END_LINKS - WORD;
        p = realloc(p, (size_t)(top - p));
        REQUIRE(low && p && pages() == 1);
        REQUIRE((realloc(p, PAGE - WORD - less) == p) == (!HAS_QUICK || !less));
        check(1);
    }
}

static void random_step(unsigned bits) {
    struct live *l = &live[below(LIVE)];
    size_t size = log_size(bits), align = (size_t)1 << below(12);
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
    check_flush();
    check(pages());
    for (size_t i = 0; i < pool_count; i++) {
        struct block *b = pool_first((uintptr_t)pools[i]);
        if (!block_size(b)) continue;
        REQUIRE(block_is_free(b) && !block_size(block_at(b, block_size(b))));
    }
}

static void random_operations(uint32_t seed) {
    random_seed(seed);
    start(below(3), 0, 5 + below(50));
    for (int i = 0; i < 700; i++) {
        if (seed % 3 == 0 && below(40) == 0) pages_grow(below(3));
        host.fail = seed % 4 ? 0 : below(3);
        size_t before = pages();
        random_step(seed % 2 ? 9 : 15);
        check(before);
    }
    random_end();
}

CASE(random_operations_with_seeds) {
    for (uint32_t seed = 1; seed <= 24; seed++)
        random_operations(seed);
}

int main(void) { cases_run(); }
