/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* glibc's malloc_trim: memory of wasm can't be given back. */
#include "../include/tlsf_mallinfo.h"

int malloc_trim(size_t pad) {
    (void)pad;
    return 0;
}
