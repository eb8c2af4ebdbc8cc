/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How a thread of wasm sleeps. Whether it may is a mutable global, which each
 * instance has for itself, as each thread has its instance: a browser's main
 * thread and an audio worklet would trap. C has no name for a global.
 */
#ifndef TLSF_WAIT_H
#define TLSF_WAIT_H

#include <stdbool.h>
#include <stdint.h>

__asm__(".globaltype tlsf_may_wait, i32\n"
        ".globl tlsf_may_wait\n"
        "tlsf_may_wait:\n");

void tlsf_set_may_wait(bool may) {
    __asm__ volatile("local.get %0\n\tglobal.set tlsf_may_wait" ::"r"(may));
}

static bool wait_is_allowed(void) {
    int may;
    __asm__ volatile("global.get tlsf_may_wait\n\tlocal.set %0" : "=r"(may));
    return may;
}

static void wait_while(uint32_t *at, uint32_t seen) {
    __builtin_wasm_memory_atomic_wait32((int *)at, (int)seen, -1);
}

static void wait_end(uint32_t *at) {
    __builtin_wasm_memory_atomic_notify((int *)at, UINT32_MAX);
}

#endif
