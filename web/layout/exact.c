/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The layout of a build with the core for speed. */
#include "build.h"

#include "layout.h"
#include "own.h"

size_t layout_flags(void) { return FLAGS; }
size_t layout_used(void) { return USED; } /* the flag of a used block */
size_t layout_slots(void) { return offsetof(struct heap, bin); }
size_t layout_stride(void) { return sizeof(struct links); }
size_t layout_bin(size_t size) { return map_floor(size); }
size_t layout_small(void) { return SMALL; }
size_t layout_top(void) { return offsetof(struct heap, top); }
size_t layout_remainder(void) { return offsetof(struct heap, remainder); }
