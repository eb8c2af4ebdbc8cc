/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The native port has the memory of a program: wasm/layout.h. */
#ifndef TLSF_LAYOUT_H
#define TLSF_LAYOUT_H

#include "flat/linked.h"

#endif
