/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The contract of wasm/place.h over the native port. */
#ifndef TLSF_PLACE_H
#define TLSF_PLACE_H

static size_t place_grow(size_t n) {
    size_t was = pages_count();
    return pages_grow(n) ? was : SIZE_MAX;
}

#include "core/whole_places.h"

#endif
