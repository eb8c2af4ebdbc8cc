/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What a program in C says to the heap and asks of it. Returns 0, or the line
 * of the first expectation that fails. Memory must be able to have 4 MiB, or it
 * has them and never grows.
 */
#include "tlsf_heap.h"
#include "tlsf_mallinfo.h"
#include "tlsf_malloc.h"

#include <stdint.h>

#define EXPECT(condition)                                                      \
    do {                                                                       \
        if (!(condition)) return __LINE__;                                     \
    } while (0)

/* Where JavaScript lets the functions write. */
size_t scratch[16];

int program(size_t grows);

static struct tlsf_heap_stats stats(void) {
    struct tlsf_heap_stats now;
    tlsf_heap_stats(&now);
    return now;
}

/* Is p a used block of `bytes` bytes or a few more? */
static bool is_shown(const void *p, size_t bytes) {
    for (struct tlsf_block block = {0}; tlsf_heap_walk(&block);)
        if (block.payload == p)
            return block.used && block.payload_size >= bytes &&
                   block.payload_size < bytes + 32 &&
                   block.size > block.payload_size;
    return false;
}

static int limits(void) {
    size_t now = stats().pages * 65536;
    tlsf_heap_limit(now);
    EXPECT(!malloc(stats().largest_free + 65536));
    EXPECT(!tlsf_heap_reserve(stats().largest_free + 65536));
    tlsf_heap_limit(now + 131072);
    void *p = malloc(stats().largest_free + 65536);
    EXPECT(p);
    EXPECT(stats().pages * 65536 <= now + 131072);
    free(p);
    tlsf_heap_limit(SIZE_MAX);
    EXPECT(tlsf_heap_reserve(1 << 20));
    now = stats().pages;
    p = malloc(1 << 19);
    void *q = malloc((1 << 19) - 64);
    EXPECT(p && q && stats().pages == now);
    free(p);
    free(q);
    return 0;
}

int program(size_t grows) {
    void *p = malloc(1000), *q = malloc(5000);
    EXPECT(p && q && is_shown(p, 1000) && is_shown(q, 5000));
    struct tlsf_heap_stats before = stats();
    EXPECT(before.used_blocks >= 2 && before.used_bytes >= 6000);
    EXPECT(before.pools >= 1 && before.growths >= 1);
    EXPECT(before.heap_bytes <= before.pages * 65536);
    free(q);
    EXPECT(stats().used_blocks == before.used_blocks - 1);
    EXPECT(stats().used_bytes <= before.used_bytes - 5000);
    EXPECT(is_shown(p, 1000) && !is_shown(q, 5000));
    EXPECT(!tlsf_heap_check());
    struct mallinfo2 info = mallinfo2();
    EXPECT(info.arena == stats().heap_bytes);
    EXPECT(info.fordblks == stats().free_bytes);
    EXPECT(info.uordblks + info.fordblks == info.arena);
    EXPECT(mallinfo().ordblks == (int)info.ordblks);
    EXPECT(mallinfo().uordblks == (int)info.uordblks);
    EXPECT(malloc_trim(0) == 0);
    free(p);
    int line = grows ? limits() : 0;
    if (line) return line;
    EXPECT(!tlsf_heap_check());
    return 0;
}
