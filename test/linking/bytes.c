/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A program whose memory is counted in bytes (wasm-ld --page-size=1). Others
 * grow it by a few bytes at any time, and keep something there.
 */
#include <stdint.h>

#include "tlsf_malloc.h"

enum { TURNS = 60, PART = 29 };

static struct {
    unsigned char *at, value;
    size_t size;
} kept[3 * TURNS];
static size_t count;

static void keep(unsigned char *at, size_t size) {
    kept[count].at = at;
    kept[count].size = size;
    kept[count].value = (unsigned char)(count + 1);
    for (size_t i = 0; i < size; i++)
        at[i] = kept[count].value;
    count++;
}

static void others_grow(size_t size) {
    size_t at = __builtin_wasm_memory_grow(0, size);
    if (at != SIZE_MAX) keep((unsigned char *)at, size);
}

/* 0, or the number of the first thing that is wrong. */
__attribute__((export_name("run"))) int run(void) {
    for (size_t turn = 0; turn < TURNS; turn++) {
        if (BEFORE || turn) others_grow(turn % PART);
        size_t size = turn % 12 ? turn * 97 : 66000 + turn;
        unsigned char *p = malloc(size);
        if (!p || (uintptr_t)p % 16) return 1;
        if ((uintptr_t)p + size > __builtin_wasm_memory_size(0)) return 2;
        keep(p, size);
        if (malloc(SIZE_MAX - 16) || malloc(SIZE_MAX - 511)) return 3;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < kept[i].size; k++)
            if (kept[i].at[k] != kept[i].value) return 4;
    }
    size_t pages = __builtin_wasm_memory_size(0);
    void *p = malloc(30000);
    free(p);
    if (malloc(30000) != p) return 5;
    return __builtin_wasm_memory_size(0) > pages + (1 << 16) ? 6 : 0;
}
