/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The constant that a program passes for a new that may return NULL. */
#include "new.h"

namespace std {
WEAK extern const nothrow_t nothrow = {};
}
