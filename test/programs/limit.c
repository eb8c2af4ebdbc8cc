/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Gives a program's heap a limit before main, and says whether it is whole
   behind it. */
#include "tlsf_heap.h"

#include <stdio.h>

__attribute__((constructor)) static void begin(void) {
    tlsf_heap_limit((size_t)100 << 16);
}

__attribute__((destructor)) static void end(void) {
    printf("invariant %d\n", tlsf_heap_check());
}
