/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The port of position-independent code. What is wasm-ld's in a program, the
 * loader gives here, as GOT.mem.__heap_base and GOT.mem.__heap_end. Both are
 * weak, so that such a module links without flags, and a loader that does not
 * know them gives 0: then nothing is ours until memory grows.
 */
extern char __heap_base __attribute__((weak));
extern char __heap_end __attribute__((weak));

#include_next "pages.h"
