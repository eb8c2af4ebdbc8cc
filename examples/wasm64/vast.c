/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An array of more than 4 GiB, in a freestanding program for wasm64. */
#include "tlsf_malloc.h"

#include <stdint.h>

enum { STEP = 1 << 20 };

/* Writes every 2^20th of `count` numbers, and returns the sum of what is read
   back; 0 if there is no memory for so many. */
uint64_t sum_of(size_t count) {
    if (count > SIZE_MAX / sizeof(uint64_t)) return 0;
    uint64_t *numbers = malloc(count * sizeof *numbers), sum = 0;
    if (!numbers) return 0;
    for (size_t i = 0; i < count; i += STEP)
        numbers[i] = i;
    for (size_t i = 0; i < count; i += STEP)
        sum += numbers[i];
    free(numbers);
    return sum;
}
