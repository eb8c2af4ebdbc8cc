/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A single object whose type is aligned to more than malloc aligns. */
#include "new.h"

void *operator new(size_t size, std::align_val_t align) {
    return or_trap(malloc_aligned(size, align));
}

WEAK void *operator new(size_t size, std::align_val_t align,
                        const std::nothrow_t &) noexcept {
    return malloc_aligned(size, align);
}
