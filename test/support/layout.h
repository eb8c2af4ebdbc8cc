/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The native port keeps the flat heap's state as a program does. */
#ifndef TLSF_LAYOUT_H
#define TLSF_LAYOUT_H

#define LAYOUT_STATE(own) (own)
#define LAYOUT_SPARE 0

#include "flat/linked.h"

#endif
