/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* wasi-libc keeps 32 handlers without allocating, more with __libc_calloc. */
#include <stdio.h>
#include <stdlib.h>

static int handled;

static void count(void) { handled++; }

static void print(void) { printf("handled %d\n", handled); }

int main(void) {
    if (atexit(print)) return 1;
    for (int i = 0; i < 100; i++) {
        if (atexit(count)) return 2;
    }
    return 0;
}
