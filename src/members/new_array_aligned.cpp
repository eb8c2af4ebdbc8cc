/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An array of aligned objects, by the new of a single one. */
#include "new.h"

WEAK void *operator new[](size_t size, std::align_val_t align) {
    return operator new(size, align);
}
