/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The native port of heaps over ranges: the contract of wasm/given/pages.h.
   Where memory ends the test says. */
#ifndef TLSF_PAGES_H
#define TLSF_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static uintptr_t host_end;

static bool pages_hold(uintptr_t base, size_t size) {
    return base <= host_end && size <= host_end - base;
}

#endif
