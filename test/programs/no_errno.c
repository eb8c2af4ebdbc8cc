/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Nobody names errno: a failure has nowhere to put its number. */
#include <stdint.h>
#include <stdlib.h>

int main(void) {
    void *p = malloc(100);
    if (malloc(SIZE_MAX) || calloc(SIZE_MAX, 2)) return 1;
    if (realloc(p, SIZE_MAX) || aligned_alloc(64, SIZE_MAX - 63)) return 2;
    free(p);
    return 0;
}
