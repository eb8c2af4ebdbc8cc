/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where the pages lie by which memory grew: wasm/place.h says why. */
#ifndef TLSF_PLACE_H
#define TLSF_PLACE_H

/* Adds n pages at the end of memory. Returns how many there were, or SIZE_MAX.
 */
static size_t place_grow(size_t n) { return __builtin_wasm_memory_grow(0, n); }

#include "core/whole_places.h"

#endif
