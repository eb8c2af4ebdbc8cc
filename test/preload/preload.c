/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The family as the malloc of any program: a library for LD_PRELOAD (Linux
 * with glibc). One heap, one lock, and what happened in a file that outlives
 * the process. C++'s new and delete come through malloc and free.
 *
 *     TLSF_COUNTS=counts LD_PRELOAD=./preload.so python3 x.py
 *
 * The environment says, each if it is set:
 *   TLSF_COUNTS  the file of struct counts, one for each process
 *   TLSF_CHECK   every N operations and at exit the invariants are checked
 *   TLSF_GAPS    after every N-th growth somebody else grows by a page
 *   TLSF_LIMIT   memory ends after N MiB
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "renamed.h"
#include "build.h"
#undef malloc
#undef free
#undef calloc
#undef realloc
#undef aligned_alloc
#undef posix_memalign
#undef memalign
#undef malloc_usable_size

enum { POOLS = 1 << 16, RECORDS = 1 << 14 };

/* In a file of RECORDS; in the first one, `process` counts those in use. */
struct counts {
    char program[16];
    _Alignas(8) uint64_t process;
    uint64_t operations, failures, checks, pages, pools;
};

static pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static struct counts unrecorded, *records, *counts = &unrecorded;
static void *pools[POOLS];
static size_t pool_count;
static size_t before, our_end; /* in pages */
static size_t check_every, gap_every, growths;

/* Address space to grow into; less where the process may not have so much. */
static void reserve(void) {
    size_t bytes = (size_t)1 << (WORD > 4 ? 37 : 31);
    void *at;
    do {
        bytes /= 2;
        at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    } while (at == MAP_FAILED && bytes >> PAGE_LOG);
    if (at == MAP_FAILED) abort();
    uintptr_t start = align_up((uintptr_t)at, (size_t)1 << PAGE_LOG);
    host_open(start, start >> PAGE_LOG);
    host.limit = ((uintptr_t)at + bytes) >> PAGE_LOG;
}

/* An operation is one to other threads: between these two. */
static void begin(void) {
    pthread_mutex_lock(&mutex);
    if (!host.limit) reserve();
    before = host.top;
}

static void note_growth(void) {
    if (before != our_end) {
        if (pool_count == POOLS) abort();
        pools[pool_count++] = (void *)(before << PAGE_LOG);
    }
    our_end = host.top;
    counts->pages += host.top - before;
    counts->pools = pool_count;
    if (gap_every && ++growths % gap_every == 0) pages_grow(1);
}

static void check(void) {
    char text[] = "preload: invariant 0 of heap.h does not hold\n";
    int broken = check_heap(&heap, pools, pool_count);
    counts->checks++;
    if (!broken) return;
    char *digit = strchr(text, '0');
    if (digit) *digit = (char)('0' + broken);
    if (write(STDERR_FILENO, text, sizeof text - 1)) abort();
    abort();
}

static void end(bool failed) {
    counts->operations++;
    counts->failures += failed;
    if (host.top != before) note_growth();
    if (check_every && counts->operations % check_every == 0) check();
    pthread_mutex_unlock(&mutex);
}

static void *end_with(void *p) {
    end(!p);
    return p;
}

void *malloc(size_t size) {
    begin();
    return end_with(our_malloc(size));
}

void free(void *p) {
    if (!p) return;
    begin();
    our_free(p);
    end(false);
}

void *calloc(size_t count, size_t size) {
    begin();
    return end_with(our_calloc(count, size));
}

void *realloc(void *p, size_t size) {
    begin();
    return end_with(our_realloc(p, size));
}

void *reallocarray(void *p, size_t count, size_t size) {
    size_t bytes;
    bool over = __builtin_mul_overflow(count, size, &bytes);
    return realloc(p, over ? SIZE_MAX : bytes);
}

void *aligned_alloc(size_t align, size_t size) {
    begin();
    return end_with(our_aligned_alloc(align, size));
}

void *memalign(size_t align, size_t size) { return aligned_alloc(align, size); }

int posix_memalign(void **out, size_t align, size_t size) {
    begin();
    int failed = our_posix_memalign(out, align, size);
    end(failed);
    return failed;
}

static size_t page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

void *valloc(size_t size) { return memalign(page_size(), size); }

void *pvalloc(size_t size) {
    size_t page = page_size();
    return memalign(page, size > REQUEST_MAX ? size : align_up(size, page));
}

size_t malloc_usable_size(void *p) {
    begin();
    size_t size = our_usable_size(p);
    end(false);
    return size;
}

/* From here on the process counts in a record of its own. */
static void record(void) {
    if (!records) return;
    uint64_t i = __atomic_add_fetch(&records->process, 1, __ATOMIC_RELAXED);
    struct counts *own = &records[i < RECORDS ? i : RECORDS - 1];
    *own = unrecorded;
    unrecorded = (struct counts){0};
    own->process = (uint64_t)getpid();
    strncpy(own->program, program_invocation_short_name,
            sizeof own->program - 1);
    counts = own;
}

static void open_records(const char *path) {
    const size_t bytes = RECORDS * sizeof *records;
    int file = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (file < 0 || ftruncate(file, (off_t)bytes)) return;
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (at != MAP_FAILED) records = at;
    close(file);
}

static size_t setting(const char *name) {
    const char *text = getenv(name);
    return text ? (size_t)strtoull(text, NULL, 10) : 0;
}

static void limit(size_t pages) {
    size_t most = (host.start >> PAGE_LOG) + pages;
    if (pages && most < host.limit) host.limit = most;
    if (host.limit < host.top) host.limit = host.top;
}

static void release(void) { pthread_mutex_unlock(&mutex); }

/* The lock belongs to a thread of the parent. */
static void forked(void) {
    mutex = (pthread_mutex_t)PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
    record();
}

__attribute__((constructor)) static void start(void) {
    begin();
    limit(setting("TLSF_LIMIT") << (20 - PAGE_LOG));
    check_every = setting("TLSF_CHECK");
    gap_every = setting("TLSF_GAPS");
    open_records(getenv("TLSF_COUNTS"));
    record();
    release();
    pthread_atfork(begin, release, forked);
}

__attribute__((destructor)) static void stop(void) {
    begin();
    if (check_every) check();
    release();
}
