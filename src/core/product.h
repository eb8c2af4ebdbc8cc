/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How many bytes an array has. */
#ifndef TLSF_PRODUCT_H
#define TLSF_PRODUCT_H

#include <stddef.h>
#include <stdint.h>

/* Returns count * size, or SIZE_MAX, which no request can be, if that
   overflows. */
static size_t product(size_t count, size_t size) {
    if (sizeof(size_t) == 4) {
        uint64_t bytes = (uint64_t)count * size;
        return bytes >> 32 ? SIZE_MAX : (size_t)bytes;
    }
    /* One less than SIZE_MAX, for which the result is the same: else clang sees
       a test of an overflow, and calls __multi3 on wasm64. */
    return !size || count <= (SIZE_MAX - 1) / size ? count * size : SIZE_MAX;
}

#endif
