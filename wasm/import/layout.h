/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The state of the flat heap lies where the embedder says, which may be any
   address: at the next multiple of 8, so that the bins are at odd ones. */
#ifndef TLSF_LAYOUT_H
#define TLSF_LAYOUT_H

#define LAYOUT_STATE(own) ((void)(own), (struct heap *)((state_base() | 7) + 1))
#define LAYOUT_SPARE 8

#include "flat/linked.h"

#endif
