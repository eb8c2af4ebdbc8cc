/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The state of a module whose whole memory is its own has fixed addresses,
 * which take fewer bytes: layout.h has the picture. Nobody's data or stack lies
 * there, and all of it is zero at first.
 */
#ifndef TLSF_STATE_H
#define TLSF_STATE_H

enum { STATE_ADDRESS = WORD > 4 ? 32 : 24 };

/* Nothing refers to `own`, so it is not linked. */
#define STATE_ALIGNED(own) ((void)(own), (void *)STATE_ADDRESS)

/* The family is all of the module. */
#define STATE_GROWTH(own, shared) (own)

_Static_assert(sizeof(struct block) <= STATE_ADDRESS,
               "the nil block lies before the heap's state");
/* (With smaller granules it is some bytes beside that.) */
_Static_assert(!FIRST_NUMBER || TLSF_ALIGN < 16 ||
                   STATE_ADDRESS + offsetof(struct heap, slot) ==
                       HEAD + ODD + FIRST_NUMBER * WORD,
               "a bin's place is just what the bits of a float say");
_Static_assert(STATE_ADDRESS + sizeof(struct heap) + BLOCK_COST == STATE_LIMIT,
               "the first block's header lies between the state and the data");

#endif
