/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the code needs from the compiler beyond C. A build's file says which
 * functions are inlined and which are not, by a declaration ahead of the
 * definition.
 */
#ifndef TLSF_COMPILER_H
#define TLSF_COMPILER_H

#include <stdbool.h>
#include <stddef.h>

#define NOINLINE __attribute__((noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* A function whose bytes count for more than its time. */
#ifdef __clang__
#define COLD __attribute__((noinline, minsize))
#else
#define COLD NOINLINE /* gcc has no minsize */
#endif

/* A word that may be part of an object of any type. */
typedef size_t any_word __attribute__((may_alias));

/* The zeros above the highest bit of n, which is not 0. (A long may have fewer
   bits than a size_t.) */
static unsigned leading_zeros(size_t n) {
    return (unsigned)(sizeof n > 4 ? __builtin_clzll(n)
                                   : __builtin_clz((unsigned)n));
}

/* Returns n, hidden from the optimiser: what is computed from the result is
   computed at this point, and not earlier or in another form. */
static size_t hide_from_optimiser(size_t n) {
#ifndef __clang_analyzer__ /* static analysis may see through it */
    __asm__("" : "+r"(n));
#endif
    return n;
}

#endif
