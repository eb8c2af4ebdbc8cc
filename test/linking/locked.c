/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A heap of the core API in a memory that threads share: the program locks. */
#include "tlsf.h"

static char memory[65536];
static struct tlsf heap;
static int lock;

int run(void);
int run(void) {
    while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
        continue;
    tlsf_add_pool(&heap, memory, sizeof memory);
    char *p = tlsf_malloc(&heap, 100);
    p = p ? tlsf_realloc(&heap, p, 60000) : p;
    __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
    return p >= memory && p < memory + 5000;
}
