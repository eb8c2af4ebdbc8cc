/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What of Emscripten's libraries calls the allocator by names of its own. */
#include <locale.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static jmp_buf place;
static int handled;

static void __attribute__((noinline)) jump(int n) {
    if (n) longjmp(place, n);
}

static void handle(void) {
    if (++handled == 100) puts("handled 100");
}

int main(void) {
    volatile int n = 5;
    for (int i = 0; i < 100; i++)
        atexit(handle);
    if (!setjmp(place)) jump(n);
    if (!getenv("HOME")) return 1;
    if (!setlocale(LC_ALL, "")) return 2;
    time_t now = 0;
    if (!localtime(&now)) return 3;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    char *p = mmap(NULL, 100000, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (p == MAP_FAILED || p[99999]) return 4;
    memset(p, 7, 100000);
    return munmap(p, 100000) ? 5 : 0;
}
