/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where a free block is dead (family.h). */
#ifndef TLSF_DEAD_H
#define TLSF_DEAD_H

#include "guard.h"

/* From where on a free block is dead; and so is a block within a free one. */
static uintptr_t dead_from(struct block *b) {
    return (uintptr_t)block_payload(b) + 2 * WORD;
}

/* Where the payload of the block before b ends. */
static uintptr_t dead_to(const struct block *b) {
    return (uintptr_t)b + BLOCK_GAP;
}

#endif
