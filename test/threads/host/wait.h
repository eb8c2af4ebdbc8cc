/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The contract of wasm/wait.h for threads of Linux: a thread sleeps in a futex
 * if its test says that it may.
 */
#ifndef TLSF_WAIT_H
#define TLSF_WAIT_H

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>

long syscall(long number, ...);

static _Thread_local bool may_wait;

void tlsf_set_may_wait(bool may) { may_wait = may; }

static bool wait_is_allowed(void) { return may_wait; }

/* Leaves errno alone, as wasm's instructions do. */
static void wait_call(uint32_t *at, int operation, uint32_t value) {
    int was = errno;
    syscall(SYS_futex, at, operation, value, 0, 0, 0);
    errno = was;
}

static void wait_while(uint32_t *at, uint32_t seen) {
    wait_call(at, FUTEX_WAIT_PRIVATE, seen);
}

static void wait_end(uint32_t *at) {
    wait_call(at, FUTEX_WAKE_PRIVATE, INT_MAX);
}

#endif
