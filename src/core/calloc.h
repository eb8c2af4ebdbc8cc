/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* calloc, by the family's malloc: all its bytes are cleared. */
#ifndef TLSF_CALLOC_H
#define TLSF_CALLOC_H

#include "product.h"

void *family_calloc(size_t count, size_t size) {
    size_t bytes = product(count, size);
    void *p = family_malloc(bytes);
    if (p) bytes_clear(p, bytes);
    return p;
}

#endif
