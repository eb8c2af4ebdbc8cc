/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The state lies where the embedder says, which may be any address, and what
   is ours at first behind it: wasm/import/pages.h. */
#ifndef TLSF_STATE_H
#define TLSF_STATE_H

/* Nothing refers to `own`, so it is not linked. */
#define STATE_AT(own, offset) ((void)(own), (void *)(state_base() + (offset)))

#define STATE_ALIGNED(own) ((void)(own), (void *)((state_base() | 7) + 1))

/* The family is all of the module. */
#define STATE_GROWTH(own, shared) (own)

static uintptr_t pages_start(void) { return state_base() + STATE_SIZE; }

#endif
