/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The heap lies as in a memory of its own. What is not part of it lies where
   the heap has no data, between `end` and the slots (wasm/own/layout.h). */
#ifndef TLSF_SHARED_STATE_H
#define TLSF_SHARED_STATE_H

#include "../own/state.h"

/* A cache line of its own. */
enum { STATE_PLACE = 64 };

_Static_assert(STATE_PLACE + STATE_SIZE <=
                   STATE_ADDRESS + offsetof(struct heap, slot),
               "the slots lie behind it");

/* Nothing refers to `own`, so it is not linked. */
#define STATE_AT(own, offset) ((void)(own), (void *)(STATE_PLACE + (offset)))

#endif
