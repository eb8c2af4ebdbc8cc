/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The core API for the exploration: a pool of `size` granules at an odd address
 * and memory for `more` behind it, by which the growth hook extends the pool
 * or adds another; and so does the owner, unasked.
 */
#include "builds/core.c"

enum { REALLOC_KEEPS_ORDER = 1, REALLOC_SLIDES = 1 };
enum { WAYS = 3 }; /* that the hook can go: it refuses, extends, adds */

static struct tlsf tlsf;
static uintptr_t memory_end; /* what may be added ends here */
static unsigned hook_way;

static struct heap *const subject_heap = (struct heap *)&tlsf;

static bool subject_add(uintptr_t start, size_t bytes) {
    if (span_count == SPANS || start + bytes > memory_end) return false;
    size_t used = tlsf_add_pool(&tlsf, (void *)start, bytes);
    REQUIRE(used <= bytes);
    if (used) span[span_count++] = (struct span){start, start + used};
    return used;
}

static bool subject_extend(struct span *s, size_t bytes) {
    if (s->end + bytes > memory_end) return false;
    size_t used = tlsf_extend_pool(&tlsf, (void *)s->end, bytes);
    REQUIRE(used <= bytes);
    s->end += used;
    return used;
}

static bool hook(struct tlsf *t, size_t bytes, void *context) {
    REQUIRE(t == &tlsf && !context && !asked);
    asked = true;
    struct span *last = &span[span_count - 1];
    if (hook_way == 1) gave = subject_extend(last, bytes);
    if (hook_way == 2) gave = subject_add(last->end + 1, bytes);
    return gave;
}

static size_t subject_start(size_t size, size_t more, struct part *part) {
    uintptr_t start = (uintptr_t)memory + TLSF_ALIGN + 1;
    size_t lead = (uintptr_t)pool_first(start) + HEAD - start;
    memory_end = start + lead + size * TLSF_ALIGN;
    memory_starts(memory_end + more * TLSF_ALIGN);
    REQUIRE(subject_add(start, memory_end - start));
    memory_end += more * TLSF_ALIGN;
    if (more) tlsf.more = hook;
    part[0] = (struct part){&tlsf, sizeof tlsf};
    return 1;
}

static void subject_way(unsigned way) { hook_way = way; }
static bool subject_has_links(const struct block *b) { return b; }
static void subject_grew(void) {}
static uintptr_t subject_fresh(void) { return UINTPTR_MAX; }

static void *subject_malloc(size_t n) { return tlsf_malloc(&tlsf, n); }
static void *subject_calloc(size_t n) {
    (void)n;
    return NULL;
}
static void subject_free(void *p) { tlsf_free(&tlsf, p); }
static void *subject_realloc(void *p, size_t n) {
    return tlsf_realloc(&tlsf, p, n);
}
static void *subject_aligned(size_t align, size_t n) {
    return tlsf_aligned_alloc(&tlsf, align, n);
}

enum { HAS_CALLOC = 0, OWNERS = 4 };

/* What the owner of the memory does: the last pool longer, or another one. */
static void subject_own(unsigned what) {
    if (what < 3) {
        subject_extend(&span[span_count - 1], (1 + what) * TLSF_ALIGN);
    } else {
        subject_add(span[span_count - 1].end, 4 * TLSF_ALIGN);
    }
}
