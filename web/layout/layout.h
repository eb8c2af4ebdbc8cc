/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a picture of a heap must know of its build, as numbers: where the state
   lies, what a header says, which bin has a size. Included behind the build and
   its checker by the file of its core. */
#ifndef TLSF_LAYOUT_OF_H
#define TLSF_LAYOUT_OF_H

size_t layout_word(void) { return WORD; }
size_t layout_granule(void) { return TLSF_ALIGN; }
size_t layout_cost(void) { return BLOCK_COST; }
size_t layout_head(void) { return HEAD; }
size_t layout_least_block(void) { return BLOCK_MIN; }
size_t layout_most(void) { return REQUEST_MAX; }

/* Bytes of a payload that are the build's own: before the user's, and all. */
size_t layout_before(void) { return OWN_BEFORE; }
size_t layout_own(void) { return OWN_BEFORE + OWN_BEHIND; }

/* Blocks of the floor bin that a search sees. */
size_t layout_looks(void) { return LOOKS; }

/* Offsets in the state. */
size_t layout_map(void) { return offsetof(struct heap, map); }
size_t layout_end(void) { return offsetof(struct heap, end); }
size_t layout_bins(void) { return BINS; }

#endif
