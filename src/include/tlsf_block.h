/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A block as a walk over a heap shows it: tlsf.h and tlsf_heap.h. */
#ifndef TLSF_BLOCK_SHOWN_H
#define TLSF_BLOCK_SHOWN_H

#include <stdbool.h>
#include <stddef.h>

struct tlsf_block {
    void *payload;       /* what malloc returned, if used */
    size_t size;         /* bytes of memory, its header included */
    size_t payload_size; /* bytes that it may hold */
    bool used;
};

#endif
