/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program that knows the plain names and not tlsf.h, as bindings do. */
#include <stddef.h>

void tlsf_init(void *heap);
size_t tlsf_add_pool(void *heap, void *start, size_t bytes);
size_t tlsf_extend_pool(void *heap, void *end, size_t bytes);
_Bool tlsf_remove_pool(void *heap, void *start);
void *tlsf_malloc(void *heap, size_t size);
void *tlsf_aligned_alloc(void *heap, size_t align, size_t size);
void *tlsf_realloc(void *heap, void *p, size_t size);
void tlsf_free(void *heap, void *p);
int tlsf_check(const void *heap, void *const *pools, size_t count);

static void *heap[2000];
static char memory[65536];

/* Is each function the one of its name? */
int main(void) {
    void *pool = memory;
    tlsf_init(heap);
    size_t used = tlsf_add_pool(heap, pool, 30000);
    used += tlsf_extend_pool(heap, memory + used, 20000);
    void *p = tlsf_malloc(heap, 100), *q = tlsf_aligned_alloc(heap, 512, 100);
    p = tlsf_realloc(heap, p, 40000);
    if (used < 49000 || !p || !q || (size_t)q % 512) return 1;
    if (tlsf_check(heap, &pool, 1) || tlsf_remove_pool(heap, pool)) return 2;
    tlsf_free(heap, p);
    tlsf_free(heap, q);
    return tlsf_remove_pool(heap, pool) ? 0 : 3;
}
