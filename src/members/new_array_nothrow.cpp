/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An array, or NULL. The first function is that of new_array.cpp, not weak:
   new.h says why. */
#include "new.h"

void *operator new[](size_t size) { return operator new(size); }

WEAK void *operator new[](size_t size, const std::nothrow_t &none) noexcept {
    return operator new(size, none);
}
