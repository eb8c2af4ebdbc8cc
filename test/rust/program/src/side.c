/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The side of C: it allocates, changes and frees blocks, Rust's among them. */
#include <tlsf_malloc.h>

void *c_malloc(size_t size) { return malloc(size); }
void *c_calloc(size_t count, size_t size) { return calloc(count, size); }
void *c_realloc(void *p, size_t size) { return realloc(p, size); }
void *c_aligned_alloc(size_t align, size_t size) {
    return aligned_alloc(align, size);
}
void c_free(void *p) { free(p); }

/* Numbers from 0 on in a block of C's, whose owner is then the caller. */
unsigned *c_count(size_t n) {
    unsigned *numbers = malloc(n * sizeof *numbers);
    for (size_t i = 0; numbers && i < n; i++)
        numbers[i] = (unsigned)i;
    return numbers;
}

/* The sum of the numbers in a block whose owner C becomes. */
unsigned c_sum(unsigned *numbers, size_t n) {
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += numbers[i];
    free(numbers);
    return sum;
}
