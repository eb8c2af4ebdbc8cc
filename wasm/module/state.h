/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The state of a module that is one object lies in its data, as that of an
   archive does (wasm/state.h). */
#ifndef TLSF_STATE_H
#define TLSF_STATE_H

#define STATE_AT(own, offset) (own)

#define STATE_ALIGNED(own) (own)

/* The family is all of the module. */
#define STATE_GROWTH(own, shared) (own)

#endif
