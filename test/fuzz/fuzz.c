/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The host of a target: replays files and corpora, makes random sequences, or
 * (where libFuzzer's main takes the place of this one) fuzzes.
 *
 *   fuzz [options] fixed                the target's fixed tests
 *   fuzz [options] random SEED COUNT    so many sequences of random bytes
 *   fuzz [options] corpus FILE          a sequence a line, in hexadecimal
 *   fuzz [options] replay FILE          one sequence, the bytes of the file
 *
 *   every N   checks everything each N-th step only
 *   length N  bytes of a random sequence
 *   high      memory ends as high as the kernel allows
 *   wrap      memory ends at 2^32: for targets with pointers of 32 bits in a
 *             process of 64
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "host.h"
#include "random.h"

#ifdef MAP_32BIT
#define MAP_LOW MAP_32BIT
#else
#define MAP_LOW 0
#endif

enum { LENGTH_MAX = 1 << 20, STACK = 1 << 20, HIGH = 1 << 18 };

static uint64_t every = 1, length = 4096;
static size_t arena_bytes = ARENA_MAX;
static bool high, wrap;
static unsigned char *sequence;
static char now[64] = "at the start";

void host_fail(uint64_t file, uint64_t line, uint64_t step, uint64_t text) {
    fprintf(stderr, "%s:%u: %s, step %llu: not true: %s\n",
            (const char *)(uintptr_t)file, (unsigned)line, now,
            (unsigned long long)step, (const char *)(uintptr_t)text);
    fflush(stdout);
    abort();
}

static void quit(const char *why, const char *what) {
    fprintf(stderr, "fuzz: %s %s\n", why, what);
    exit(2);
}

static void *map(uintptr_t at, size_t bytes, int flags) {
    flags |= MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    return mmap((void *)at, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
}

/* Below the end of what is mapped for a program, nearest to it. */
static uintptr_t map_high(size_t bytes) {
    uintptr_t end = sizeof(void *) == 4 ? 0 : (uintptr_t)1 << 47;
    void *p = MAP_FAILED;
    for (uintptr_t at = end - bytes; p == MAP_FAILED; at -= 4096)
        p = map(at, bytes, MAP_FIXED_NOREPLACE);
    return (uintptr_t)p;
}

static uintptr_t map_wrap(size_t bytes) {
    uintptr_t at = (uintptr_t)(((uint64_t)1 << 32) - bytes);
    void *p = map(at, bytes, MAP_FIXED_NOREPLACE);
    if (p != (void *)at) quit("no memory", "up to 2^32");
    return at;
}

/* Its own alignment, so that what a sequence returns is the same each time. */
static uintptr_t map_aligned(size_t bytes) {
    void *p = map(0, 2 * bytes, 0);
    if (p == MAP_FAILED) quit("no memory", "for the arena");
    return ((uintptr_t)p + bytes - 1) & ~(uintptr_t)(bytes - 1);
}

static void report(void) {
    printf("%llu steps, digest %016llx\n", (unsigned long long)target_steps(),
           (unsigned long long)target_digest());
}

static void open_target(void) {
    arena_bytes = high ? HIGH : ARENA_MAX;
    uintptr_t at = high   ? map_high(arena_bytes)
                   : wrap ? map_wrap(arena_bytes)
                          : map_aligned(arena_bytes);
    if (high || wrap) printf("memory to %#zx\n", (size_t)at + arena_bytes - 1);
    target_open(at, arena_bytes, every);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static bool open;
    if (!open) {
        open_target();
        atexit(report);
        open = true;
    }
    target_run((uintptr_t)data, n);
    return 0;
}

static int digit(int c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Turns a line into a sequence; its length. */
static size_t parse(const char *line) {
    size_t n = 0;
    for (; digit(line[0]) >= 0 && digit(line[1]) >= 0; line += 2)
        sequence[n++] = (unsigned char)(digit(line[0]) * 16 + digit(line[1]));
    if (*line != '\n') quit("not hexadecimal:", now);
    return n;
}

static void run_corpus(const char *path) {
    static char line[2 * LENGTH_MAX + 2];
    FILE *file = fopen(path, "r");
    if (!file) quit("can't open", path);
    for (unsigned i = 1; fgets(line, sizeof line, file); i++) {
        snprintf(now, sizeof now, "line %u of the corpus", i);
        target_run((uintptr_t)sequence, parse(line));
    }
    fclose(file);
}

static void run_file(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) quit("can't open", path);
    snprintf(now, sizeof now, "in the file");
    target_run((uintptr_t)sequence, fread(sequence, 1, LENGTH_MAX, file));
    fclose(file);
}

static void randomise(uint64_t seed) {
    random_seed(seed);
    for (size_t i = 0; i < length; i++)
        sequence[i] = (unsigned char)(random_bits() >> 56);
}

static void run_random(uint64_t seed, uint64_t count) {
    for (; count--; seed++) {
        snprintf(now, sizeof now, "seed %llu", (unsigned long long)seed);
        randomise(seed);
        target_run((uintptr_t)sequence, length);
    }
}

static uint64_t number(const char *text) {
    return text ? strtoull(text, NULL, 10) : 0;
}

static char **options(char **at) {
    for (; *at; at++) {
        if (!strcmp(*at, "high"))
            high = true;
        else if (!strcmp(*at, "wrap"))
            wrap = true;
        else if (!strcmp(*at, "every"))
            every = number(*++at);
        else if (!strcmp(*at, "length"))
            length = number(*++at);
        else
            break;
    }
    return at;
}

static char **verb;

static void run(void) {
    open_target();
    if (!strcmp(*verb, "fixed"))
        target_fixed();
    else if (!strcmp(*verb, "corpus"))
        run_corpus(verb[1]);
    else if (!strcmp(*verb, "replay"))
        run_file(verb[1]);
    else
        run_random(number(verb[1]), number(verb[2]));
}

/* With pointers of 32 bits, the stack lies where those reach. */
static void run_low(void) {
    static ucontext_t here, there;
    getcontext(&there);
    there.uc_stack.ss_sp = map(0, STACK, MAP_LOW);
    there.uc_stack.ss_size = STACK;
    there.uc_link = &here;
    makecontext(&there, run, 0);
    swapcontext(&here, &there);
}

static bool is_verb(char **at) {
    static const char *const names[] = {"fixed", "corpus", "replay", "random"};
    static const int arguments[] = {0, 1, 1, 2};
    for (int i = 0; *at && i < 4; i++) {
        if (strcmp(*at, names[i]) != 0) continue;
        at += arguments[i];
        return *at;
    }
    return false;
}

int main(int argc, char **argv) {
    verb = options(argv + (argc > 0));
    if (!is_verb(verb) || !every || length > LENGTH_MAX)
        quit("wrong arguments;", "see the head of fuzz.c");
    sequence = map(0, LENGTH_MAX, MAP_LOW);
    wrap ? run_low() : run();
    report();
    return 0;
}
