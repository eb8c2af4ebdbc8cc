/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A program whose memory is counted in bytes and short (wasm-ld --page-size=1
 * --max-memory=...). It takes all of it in blocks, while others grow it by a
 * few bytes now and then; or in one block.
 */
#include <stdint.h>

#include "tlsf_malloc.h"

/* A request, and what it takes of memory in each build. */
enum { SIZE = 40, BLOCK = sizeof(void *) == 8 ? 64 : 48 };

extern char __heap_base;

enum { MOST_OTHERS = 400 };

static unsigned char *others[MOST_OTHERS];
static size_t others_count, others_bytes;

static void others_grow(size_t size) {
    size_t at = __builtin_wasm_memory_grow(0, size);
    if (at == SIZE_MAX) return;
    if (others_count == MOST_OTHERS) __builtin_trap();
    others[others_count++] = (unsigned char *)at;
    others_bytes += size;
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)at)[i] = 0xa5;
}

static int others_are_intact(void) {
    for (size_t i = 0; i < others_count; i++)
        if (*others[i] != 0xa5) return 0;
    return 1;
}

/* Writes all of a new block. */
static unsigned char *filled(size_t size) {
    unsigned char *p = malloc(size);
    for (size_t i = 0; p && i < size; i++)
        p[i] = 0x5a;
    return p;
}

/* Memory from the heap's start to where it can't grow any more. */
static size_t all_memory(void) {
    while (__builtin_wasm_memory_grow(0, 1) != SIZE_MAX)
        continue;
    return __builtin_wasm_memory_size(0) - (size_t)&__heap_base;
}

/* How many bytes nobody got, for each piece of memory that is ours; or -1 if
   somebody's bytes are not intact. */
int pieces(void);
int pieces(void) {
    size_t count = 0;
    if (BEFORE) others_grow(BEFORE);
    size_t first = others_count ? others[0] - (unsigned char *)&__heap_base : 0;
    while (filled(SIZE)) {
        count++;
        if (BETWEEN && count % BETWEEN == 0) others_grow(count % 7 + 1);
    }
    if (!others_are_intact()) return -1;
    size_t lost = all_memory() - first - others_bytes - count * BLOCK;
    return (int)(lost / (others_count + 1));
}

/* How many bytes are not in the one block that is as large as it can be. */
int whole(void);
int whole(void) {
    size_t size = MOST - (size_t)&__heap_base;
    while (size && !filled(size))
        size--;
    return (int)(all_memory() - size);
}
