/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The checker of the C family in the fewest bytes. */
#ifndef TLSF_FAMILY_CHECK_H
#define TLSF_FAMILY_CHECK_H

#include "family.h"
#include "invariants.h"

/* Bytes of a payload before those of the user, and behind them. */
enum { OWN_BEFORE = 0, OWN_BEHIND = 0 };

#endif
