/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The checker of the C family that names misuse. */
#ifndef TLSF_FAMILY_CHECK_H
#define TLSF_FAMILY_CHECK_H

#include "family.h"

#include "../flat/invariants.h"

/* Bytes of a payload before those of the user, and behind them. */
enum { OWN_BEFORE = FRONT, OWN_BEHIND = FENCE_SIZE };

/* Tests see the trap. */
void tlsf_fault(enum tlsf_fault_kind kind, const void *pointer) {
    (void)kind, (void)pointer;
}

#endif
