/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Records a program's calls of malloc and its family: a library for LD_PRELOAD
 * (Linux with glibc). It writes events to a file; preload.js turns them into
 * operations.
 *
 *     TRACE_FILE=t TRACE_PROGRAM=cc1 LD_PRELOAD=./record.so cc -c x.c
 *
 * writes t.PID, an array of struct event, for each process named cc1. One that
 * ends by _exit or a signal loses its last events.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* glibc's own names of its allocator: no dlsym, no recursion. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *p);

enum kind { MALLOC, FREE, REALLOC, CALLOC };

struct event {
    uint64_t kind;
    uint64_t from; /* the block passed in */
    uint64_t to;   /* the block returned */
    uint64_t size;
    uint64_t time; /* nanoseconds, from anywhere */
};

enum { ROOM = 1 << 14, UNOPENED = -2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct event events[ROOM];
static size_t used;
static size_t room = ROOM;
static int file = UNOPENED;

/* Called at the first flush, because getenv does not work when malloc is first
   called. */
static int open_file(void) {
    const char *path = getenv("TRACE_FILE");
    const char *program = getenv("TRACE_PROGRAM");
    char name[4096];
    if (!path || !program) return -1;
    if (strcmp(program, program_invocation_short_name) != 0) return -1;
    snprintf(name, sizeof name, "%s.%ld", path, (long)getpid());
    return open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

static void flush(void) {
    int error = errno;
    if (file == UNOPENED) file = open_file();
    const char *at = (const char *)events;
    const char *end = (const char *)(events + used);
    while (file >= 0 && at < end) {
        ssize_t n = write(file, at, (size_t)(end - at));
        if (n < 0 && errno != EINTR) abort(); /* a trace must be complete */
        if (n > 0) at += n;
    }
    used = 0;
    errno = error;
}

/* Between begin and end, other threads see an operation and its event as one.
 */
static void begin(void) { pthread_mutex_lock(&lock); }

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void *end(enum kind kind, void *from, void *to, size_t size) {
    events[used++] =
        (struct event){kind, (uintptr_t)from, (uintptr_t)to, size, now()};
    if (used >= room) flush();
    pthread_mutex_unlock(&lock);
    return to;
}

void *malloc(size_t size) {
    begin();
    return end(MALLOC, NULL, __libc_malloc(size), size);
}

void free(void *p) {
    if (!p) return;
    begin();
    __libc_free(p);
    end(FREE, p, NULL, 0);
}

void *realloc(void *p, size_t size) {
    begin();
    return end(REALLOC, p, __libc_realloc(p, size), size);
}

/* If the product overflows, no block is returned and nobody reads its size. */
void *calloc(size_t count, size_t size) {
    begin();
    return end(CALLOC, NULL, __libc_calloc(count, size), count * size);
}

void *memalign(size_t align, size_t size) {
    begin();
    return end(MALLOC, NULL, __libc_memalign(align, size), size);
}

void *aligned_alloc(size_t align, size_t size) { return memalign(align, size); }

int posix_memalign(void **to, size_t align, size_t size) {
    if (!align || align & (align - 1) || align % sizeof *to) return EINVAL;
    void *p = memalign(align, size);
    if (!p) return ENOMEM;
    *to = p;
    return 0;
}

static void release(void) { pthread_mutex_unlock(&lock); }

/* A child writes its own file, without its parent's events. */
static void forked(void) {
    used = 0;
    file = UNOPENED;
    release();
}

__attribute__((constructor)) static void start(void) {
    pthread_atfork(begin, release, forked);
}

/* Other destructors run after this one, so each event is written at once now.
 */
__attribute__((destructor)) static void stop(void) {
    begin();
    flush();
    room = 1;
    release();
}
