/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A single object: new, and new that may return NULL. */
#include "new.h"

void *operator new(size_t size) { return or_trap(malloc(size)); }

WEAK void *operator new(size_t size, const std::nothrow_t &) noexcept {
    return malloc(size);
}
