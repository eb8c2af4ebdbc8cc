/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The native port keeps the state as a program does. */
#include "flat/linked.h"
