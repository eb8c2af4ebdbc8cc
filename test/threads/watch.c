/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A thread that asks the heap again and again while others are in it. */
#include "tlsf_heap.h"

/* Goes over all blocks, which may come and go meanwhile. Returns 0, or how it
   failed. */
static int walk(void) {
    const char *last = 0;
    for (struct tlsf_block block = {0}; tlsf_heap_walk(&block);) {
        const char *p = block.payload;
        if (p <= last || (size_t)p % 16) return 11;
        if (block.size % 16 || block.payload_size >= block.size) return 12;
        last = p;
    }
    return last ? 0 : 13;
}

/* Returns 0, or how it failed. */
int watch(int times);
int watch(int times) {
    for (int i = 0; i < times; i++) {
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
