/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A program whose memory is counted in bytes (wasm-ld --page-size=1) and ends
 * at any of them. It fills that memory with blocks, frees and fills it again,
 * while others grow it by a few bytes. Each returns 0, or the number of the
 * first thing that is wrong.
 */
#include <stdint.h>

#include "tlsf_malloc.h"

enum { MOST = 4000, LOST = 40 };

extern unsigned char __heap_base, __heap_end;

static unsigned char *blocks[MOST];
static size_t sizes[MOST], count;

static int is_whole(size_t i) {
    for (size_t k = 0; k < sizes[i]; k++)
        if (blocks[i][k] != (unsigned char)i) return 0;
    return 1;
}

static int fill(size_t first, size_t step) {
    for (count = 0; count < MOST; count++) {
        size_t size = first + count * step % 61;
        unsigned char *p = malloc(size);
        if (!p) break;
        if ((uintptr_t)p % 16 || p < &__heap_base) return 1;
        if (p + size > &__heap_end) return 2;
        blocks[count] = p;
        sizes[count] = size;
        for (size_t k = 0; k < size; k++)
            p[k] = (unsigned char)count;
    }
    return count < 10 || count == MOST ? 3 : 0;
}

static int empty(void) {
    for (size_t i = 0; i < count; i++)
        if (!is_whole(i)) return 4;
    for (size_t i = 0; i < count; i += 2)
        free(blocks[i]);
    for (size_t i = 1; i < count; i += 2)
        free(blocks[i]);
    return 0;
}

__attribute__((export_name("run"))) int run(void) {
    size_t had = (size_t)(&__heap_end - &__heap_base);
    if (__builtin_wasm_memory_size(0) != (size_t)&__heap_end) return 5;
    for (size_t turn = 0; turn < 6; turn++) {
        int wrong = fill(turn * 7, turn + 1);
        if (wrong || (wrong = empty())) return wrong;
        unsigned char *end = &__heap_end;
        __builtin_wasm_memory_grow(0, 5);
        for (int i = 0; i < 5; i++)
            if (end[turn * 5 + (size_t)i]) return 6;
    }
    void *p = malloc(had - LOST);
    free(p);
    return p && !malloc(had) ? 0 : 7;
}
