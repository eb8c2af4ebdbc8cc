/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How a block moves where nobody else is in the heap. (threads/move.h is the
   other answer.) */
#ifndef TLSF_MOVE_H
#define TLSF_MOVE_H

#include "needs.h"

static void *heap_move(struct heap *h, void *q, struct block *b, size_t bytes) {
    bytes_copy(q, block_payload(b), bytes);
    heap_release(h, block_payload(b));
    return q;
}

#endif
