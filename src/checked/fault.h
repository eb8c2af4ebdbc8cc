/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What is done about a fault. Each kind has a function, so that its name stands
 * in the stack trace of the trap; none of them returns.
 */
#ifndef TLSF_FAULT_H
#define TLSF_FAULT_H

#include "../include/tlsf_checked.h"

static struct tlsf_faulted faulted;

const struct tlsf_faulted *tlsf_faulted(void) { return &faulted; }

/* Notes the fault and tells the program of it: by its own tlsf_fault, or that
   of src/members/fault.c. */
_Noreturn static void tell_fault(enum tlsf_fault_kind kind,
                                 const void *pointer) {
    faulted = (struct tlsf_faulted){kind, pointer};
    tlsf_fault(kind, pointer);
    TRAP();
}

_Noreturn static void fault_misaligned_pointer(const void *p) {
    tell_fault(TLSF_MISALIGNED, p);
}

_Noreturn static void fault_foreign_pointer(const void *p) {
    tell_fault(TLSF_FOREIGN, p);
}

_Noreturn static void fault_freed_pointer(const void *p) {
    tell_fault(TLSF_FREED, p);
}

_Noreturn static void fault_interior_pointer(const void *p) {
    tell_fault(TLSF_INTERIOR, p);
}

_Noreturn static void fault_write_before_block(const void *p) {
    tell_fault(TLSF_WRITE_BEFORE, p);
}

_Noreturn static void fault_write_behind_block(const void *p) {
    tell_fault(TLSF_WRITE_BEHIND, p);
}

_Noreturn static void fault_write_after_free(const void *p) {
    tell_fault(TLSF_WRITE_FREED, p);
}

_Noreturn static void fault_broken_heap(const void *p) {
    tell_fault(TLSF_BROKEN_HEAP, p);
}

#endif
