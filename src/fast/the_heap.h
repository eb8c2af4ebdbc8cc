/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The one heap of the C family, and where its state lies. The family defines
   it; heap.o, another object of its archive, finds it by its name. */
#ifndef TLSF_THE_HEAP_H
#define TLSF_THE_HEAP_H

#include "bins.h"

extern struct heap heap OWN("heap");

/* With what may be skipped before it. */
enum { STATE_SIZE = sizeof heap + 8 };

#include "state.h"

static struct heap *heap_state(void) { return STATE_ALIGNED(&heap); }

#endif
