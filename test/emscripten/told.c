/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Runs test/inspect/program.c, after somebody else has moved the break between
   two pools, and prints what it returns. */
#include "tlsf_heap.h"

#include <emscripten/heap.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int program(size_t grows);

/* Moves the break, as sbrk does, within memory. */
static int break_move(size_t bytes) {
    uintptr_t *end = emscripten_get_sbrk_ptr();
    if (*end + bytes > emscripten_get_heap_size()) return 0;
    *end += bytes;
    return 1;
}

int main(void) {
    if (!malloc(100) || !break_move(5000) || !malloc(1000000)) return 1;
    struct tlsf_heap_stats stats;
    tlsf_heap_stats(&stats);
    if (stats.pools != 2 || tlsf_heap_check()) return 2;
    printf("line %d\n", program(1));
    return 0;
}
