/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The native port keeps the state as a program does: wasm/state.h. */
#ifndef TLSF_STATE_H
#define TLSF_STATE_H

#define STATE_AT(own, offset) (own)
#define STATE_ALIGNED(own) (own)
#define STATE_GROWTH(own, shared) (shared)

#endif
