/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the flat core alone says of its blocks and bins. */
#ifndef TLSF_LAYOUT_FLAT_H
#define TLSF_LAYOUT_FLAT_H

size_t layout_flags(void) { return FREE_BIT; }
size_t layout_used(void) { return 0; } /* the flags of a used block */
size_t layout_slots(void) { return offsetof(struct heap, slot); }
size_t layout_stride(void) { return sizeof(struct slot); }
size_t layout_bin(size_t size) { return map_floor(size) - FIRST_NUMBER; }

#endif
