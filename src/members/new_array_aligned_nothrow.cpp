/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An array of aligned objects, or NULL. The first function is that of
   new_array_aligned.cpp, not weak: new.h says why. */
#include "new.h"

void *operator new[](size_t size, std::align_val_t align) {
    return operator new(size, align);
}

WEAK void *operator new[](size_t size, std::align_val_t align,
                          const std::nothrow_t &none) noexcept {
    return operator new(size, align, none);
}
