/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gcc, clang, and what takes their place (compiler.h). */
#ifndef TLSF_COMPILER_GNU_H
#define TLSF_COMPILER_GNU_H

#define NOINLINE __attribute__((noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define MAY_ALIAS __attribute__((may_alias))
#define PACKED __attribute__((packed))
#define TRAP() __builtin_trap()
#define UNREACHABLE() __builtin_unreachable()

#define memory_move __builtin_memmove
#define memory_set __builtin_memset

/* A long may have fewer bits than a size_t. */
static unsigned leading_zeros(size_t n) {
    return (unsigned)(sizeof n > 4 ? __builtin_clzll(n)
                                   : __builtin_clz((unsigned)n));
}

static unsigned trailing_zeros(uint32_t n) {
    return (unsigned)__builtin_ctz(n);
}

static unsigned leading_zeros_64(uint64_t n) {
    return (unsigned)__builtin_clzll(n);
}

static unsigned trailing_zeros_64(uint64_t n) {
    return (unsigned)__builtin_ctzll(n);
}

static size_t hide_from_optimiser(size_t n) {
#ifndef __clang_analyzer__ /* static analysis may see through it */
    __asm__("" : "+r"(n));
#endif
    return n;
}

#endif
