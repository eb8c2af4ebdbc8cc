/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An array, by the new of a single object. */
#include "new.h"

WEAK void *operator new[](size_t size) { return operator new(size); }
