/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program that knows the plain names and not tlsf.h, as bindings do. */
#include <stddef.h>

void tlsf_init(void *heap);
size_t tlsf_add_pool(void *heap, void *start, size_t bytes);
void *tlsf_malloc(void *heap, size_t size);

static void *heap[2000];
static char memory[65536];

int main(void) {
    tlsf_init(heap);
    size_t used = tlsf_add_pool(heap, memory, sizeof memory);
    return used && tlsf_malloc(heap, 100) ? 0 : 1;
}
