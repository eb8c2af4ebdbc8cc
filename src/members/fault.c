/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What a program does about a fault that has no tlsf_fault of its own: nothing,
 * and the call traps. This is an object of its own, so that the linker leaves
 * it out where the program has the function, be it in an object or in an
 * archive that stands before ours on the command line.
 */
#include "../include/tlsf_checked.h"

void tlsf_fault(enum tlsf_fault_kind kind, const void *pointer) {
    (void)kind, (void)pointer;
}
