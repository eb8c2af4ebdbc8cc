/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Copying and clearing bytes. In wasm with bulk memory each is the bare
 * instruction: the compiler's own builtins first ask whether there are no
 * bytes at all, which the instruction allows (15 bytes of tlsf.wasm).
 */
#ifndef TLSF_BYTES_H
#define TLSF_BYTES_H

#include <stddef.h>

#ifdef __wasm_bulk_memory__

static void bytes_copy(void *to, const void *from, size_t n) {
    __asm__ volatile("local.get %0\n local.get %1\n local.get %2\n"
                     "memory.copy 0, 0" ::"r"(to),
                     "r"(from), "r"(n)
                     : "memory");
}

static void bytes_clear(void *p, size_t n) {
    __asm__ volatile("local.get %0\n i32.const 0\n local.get %1\n"
                     "memory.fill 0" ::"r"(p),
                     "r"(n)
                     : "memory");
}

#else

static void bytes_copy(void *to, const void *from, size_t n) {
    __builtin_memmove(to, from, n);
}

static void bytes_clear(void *p, size_t n) { __builtin_memset(p, 0, n); }

#endif

#endif
