/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where the state of the flat heap lies: in the program's data. A port that
   says nothing else has this file. */
#ifndef TLSF_LAYOUT_H
#define TLSF_LAYOUT_H

/* Where the state lies, whose object is `own`; and the bytes that it takes more
   than the heap. */
#define LAYOUT_STATE(own) (own)
#define LAYOUT_SPARE 0

#include "flat/linked.h"

#endif
