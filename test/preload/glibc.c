/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What glibc adds to the family, and blocks that cross its border: made in
 * the C library and freed here, or the other way round.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

#include "require.h"

static size_t hidden(size_t n) {
    static volatile size_t zero;
    return n + zero;
}

static void reallocarray_refuses_overflow(void) {
    int *p = reallocarray(NULL, 100, sizeof *p);
    REQUIRE(p && malloc_usable_size(p) >= 100 * sizeof *p);
    p[99] = 7;
    p = reallocarray(p, 5000, sizeof *p);
    REQUIRE(p && p[99] == 7);
    for (size_t shift = 1; shift < 8 * sizeof shift; shift++) {
        size_t count = hidden(SIZE_MAX >> shift) + 2;
        errno = 0;
        REQUIRE(!reallocarray(p, count, (size_t)1 << shift));
        REQUIRE(errno == ENOMEM && p[99] == 7);
    }
    free(p);
}

static void pages_of_valloc(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t size = 0; size < 3 * page; size += 97) {
        void *p = valloc(size), *q = pvalloc(size);
        REQUIRE(p && q && (uintptr_t)p % page == 0 && (uintptr_t)q % page == 0);
        REQUIRE(malloc_usable_size(p) >= size);
        REQUIRE(malloc_usable_size(q) >= (size + page - 1) / page * page);
        memset(q, 1, malloc_usable_size(q));
        free(p);
        free(q);
    }
    REQUIRE(!valloc(hidden(SIZE_MAX)) && !pvalloc(hidden(SIZE_MAX)));
    REQUIRE(!pvalloc(hidden(SIZE_MAX - page)));
}

static void strings_of_the_library(void) {
    char *printed = NULL, *path = realpath("/", NULL), *here = getcwd(NULL, 0);
    REQUIRE(asprintf(&printed, "%5000d", 1) == 5000 && path && here);
    char *copy = strdup(printed), *part = strndup(printed, 100);
    REQUIRE(copy && part && strlen(part) == 100 && !strcmp(copy, printed));
    char *const all[] = {printed, path, here, copy, part};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        REQUIRE(malloc_usable_size(all[i]) > strlen(all[i]));
        free(all[i]);
    }
}

/* getline makes our block longer; the stream's own block grows with it. */
static void streams(void) {
    char *text = NULL, *line = malloc(1);
    size_t length = 0, room = 1, lines = 0;
    FILE *out = open_memstream(&text, &length);
    REQUIRE(out);
    for (int i = 0; i < 3000; i++)
        fprintf(out, "%*d\n", i % 700, i);
    REQUIRE(!fclose(out) && malloc_usable_size(text) > length);
    FILE *in = fmemopen(text, length, "r");
    while (in && getline(&line, &room, in) > 0)
        REQUIRE(atoi(line) == (int)lines++ && malloc_usable_size(line) >= room);
    REQUIRE(lines == 3000 && !fclose(in));
    free(line);
    free(text);
}

static void directories(void) {
    struct dirent **names;
    int n = scandir("/", &names, NULL, alphasort);
    REQUIRE(n > 2);
    while (n--)
        free(names[n]);
    free(names);
}

static pthread_key_t key;
static size_t freed;

static void free_own(void *p) {
    freed += malloc_usable_size(p) >= 1000;
    free(p);
}

/* What a thread leaves is freed after its end; its stack is the library's. */
static void *leave(void *size) {
    REQUIRE(!pthread_setspecific(key, malloc((uintptr_t)size)));
    return strdup("from a thread");
}

static void threads_that_end(void) {
    REQUIRE(!pthread_key_create(&key, free_own));
    for (size_t i = 0; i < 200; i++) {
        pthread_t thread;
        void *left;
        REQUIRE(!pthread_create(&thread, NULL, leave, (void *)(1000 + i)));
        REQUIRE(!pthread_join(thread, &left));
        REQUIRE(!strcmp(left, "from a thread"));
        free(left);
    }
    REQUIRE(freed == 200);
}

/* The loader's own blocks: some are older than this library's start. */
static void libraries_come_and_go(void) {
    for (int i = 0; i < 50; i++) {
        void *library = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL);
        REQUIRE(library && dlsym(library, "cos"));
        REQUIRE(!dlopen("no such library", RTLD_NOW) && dlerror());
        REQUIRE(!dlclose(library));
    }
}

int main(void) {
    reallocarray_refuses_overflow();
    pages_of_valloc();
    strings_of_the_library();
    streams();
    directories();
    threads_that_end();
    libraries_come_and_go();
    puts("all kept");
}
