/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Where the state of the C family's heap lies: in the program's data. A port
 * that says nothing else has this file, as wasm/ is last on the include path.
 * The family includes it when STATE_SIZE, the most bytes that its state takes,
 * is known.
 */
#ifndef TLSF_STATE_H
#define TLSF_STATE_H

/* Where a part of the state lies: at `own`, which is static, or at `offset`
   from where the port keeps it. All of the state is zero at first.
   (A macro, for the optimiser: a function of two results is no constant.) */
#define STATE_AT(own, offset) (own)

/* The same for a heap that is all of the state or lies apart from the rest, at
   a multiple of 8. */
#define STATE_ALIGNED(own) (own)

/* How the family's heap grows: by its own growth, or by one that it `shared`
   with other objects of an archive. growth.h says what for. */
#define STATE_GROWTH(own, shared) (shared)

#endif
