/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A thread that asks the heap again and again while others are in it. */
#include "tlsf_heap.h"
#include "tlsf_malloc.h"

enum { OWN = 16 };

/* They live all the while, so each walk shows each once. */
static _Thread_local void *own[OWN];

static int seen_of_own(const struct tlsf_block *block) {
    for (int i = 0; i < OWN; i++)
        if (own[i] == block->payload) return block->used ? 1 : OWN + 1;
    return 0;
}

/* Goes over all blocks, which may come and go meanwhile. Returns 0, or how it
   failed. */
static int walk(void) {
    const char *last = 0;
    int seen = 0;
    for (struct tlsf_block block = {0}; tlsf_heap_walk(&block);) {
        const char *p = block.payload;
        if (p <= last || (size_t)p % 16) return 11;
        if (block.size % 16 || block.payload_size >= block.size) return 12;
        seen += seen_of_own(&block);
        last = p;
    }
    return seen == OWN ? 0 : 13;
}

/* Returns 0, or how it failed. */
int watch(int times);
int watch(int times) {
    for (int i = 0; i < times; i++) {
        /* Each has another place at times, between those of others. */
        void **one = &own[i % OWN];
        free(*one);
        *one = malloc(16 + (unsigned)i * 37 % 3000);
        if (!*one) return 18;
        if (i < OWN) continue;
        struct tlsf_heap_stats now;
        tlsf_heap_stats(&now);
        if (tlsf_heap_check()) return 14;
        if (now.used_bytes + now.free_bytes > now.heap_bytes) return 15;
        if (now.largest_free > now.free_bytes || !now.used_blocks) return 16;
        if (now.heap_bytes > now.pages * 65536 || !now.growths) return 17;
        int failed = walk();
        if (failed) return failed;
        tlsf_heap_limit((size_t)-1 - (size_t)(i % 2)); /* none is met */
    }
    return 0;
}
