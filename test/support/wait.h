/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The contract of wasm/wait.h where there is one thread, which never waits, so
   nobody is woken up. (test/threads/host/wait.h is for more.) */
#ifndef TLSF_WAIT_H
#define TLSF_WAIT_H

#include <stdbool.h>
#include <stdint.h>

void tlsf_set_may_wait(bool may) { (void)may; }

static bool wait_is_allowed(void) { __builtin_trap(); }

static void wait_while(uint32_t *at, uint32_t seen) {
    *at = seen;
    __builtin_trap();
}

static void wait_end(uint32_t *at) {
    *at = 0;
    __builtin_trap();
}

#endif
