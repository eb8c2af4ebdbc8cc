/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* realloc for an array. realloc refuses a product that overflows, and sets
   errno. */
#include "../core/product.h"
#include "../include/tlsf_malloc.h"

void *reallocarray(void *p, size_t count, size_t size) {
    return realloc(p, product(count, size));
}
