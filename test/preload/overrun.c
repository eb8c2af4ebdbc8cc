/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program with a defect, which preload.c must find: writes past a block. */
#include <malloc.h>

#include "require.h"

int main(void) {
    unsigned char *volatile p = malloc(100), *volatile q = malloc(100);
    volatile size_t past = malloc_usable_size(p) + sizeof(size_t);
    memset(p < q ? p : q, 0, past);
    for (int i = 0; i < 1000; i++)
        free(malloc(10));
    puts("not found");
}
