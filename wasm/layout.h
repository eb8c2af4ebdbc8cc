/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the memory of the flat heap is like: others have data in it, too. A
   port that says nothing else has this file. */
#ifndef TLSF_LAYOUT_H
#define TLSF_LAYOUT_H

#include "flat/linked.h"

#endif
