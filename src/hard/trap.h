/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is done where the heap is not as it must be: the program ends. */
#ifndef TLSF_TRAP_H
#define TLSF_TRAP_H

#include "ends.h"
#include "lists.h"

static void heap_require(bool holds, const struct block *b) {
    (void)b;
    if (!holds) TRAP();
}

#endif
