/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The layout of a heap over a range that begins at the lowest address. */
#include TLSF_BUILD

#include TLSF_CHECK

enum { OWN_BEFORE = 0, OWN_BEHIND = 0 };

size_t layout_first(void) {
    return (size_t)block_payload(range_first(range_at(0)));
}

size_t layout_state(void) { return (size_t)range_at(0); }

#include "flat.h"
#include "layout.h"
