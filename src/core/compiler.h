/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the code needs from the compiler beyond C. There are three answers, each
 * a file that defines the same:
 *
 *   ALWAYS_INLINE, NOINLINE   before a function. A build's file says which ones
 *                             are inlined and which are not, by a declaration
 *                             ahead of the definition.
 *   COLD                      before a function whose bytes count for more than
 *                             its time
 *   MAY_ALIAS                 behind a type whose objects may be part of an
 *                             object of any type
 *   UNREACHABLE()             says that the program never comes here
 *   memory_move, memory_set   memmove and memset
 *   leading_zeros(n)          the zeros above the highest bit of a size_t that
 *                             is not 0
 *   trailing_zeros(n)         the zeros below the lowest bit of a uint32_t that
 *                             is not 0
 *   hide_from_optimiser(n)    returns n, hidden from the optimiser: what is
 *                             computed from the result is computed at this
 *                             point, and not earlier or in another form. The
 *                             result is the same without it.
 *
 * gcc and clang alone have what only the C family uses:
 *
 *   PACKED                    behind a struct that may lie at any address
 *   leading_zeros_64(n)       the zeros above the highest bit of n, 64 bits
 *                             that are not 0
 *   trailing_zeros_64(n)      the zeros below its lowest bit
 *   TRAP()                    ends the program: an instruction that traps
 */
#ifndef TLSF_COMPILER_H
#define TLSF_COMPILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang in the place of Microsoft's compiler is not __GNUC__; pcc says that it
   is, and lacks most of it. */
#if defined __clang__
#define COLD __attribute__((noinline, minsize))
#include "compiler_gnu.h"
#elif defined __GNUC__ && !defined __PCC__
#define COLD __attribute__((noinline)) /* gcc has no minsize */
#include "compiler_gnu.h"
#elif defined _MSC_VER
#include "compiler_msvc.h"
#else
#include "compiler_c17.h"
#endif

/* A word that may be part of an object of any type. */
typedef size_t any_word MAY_ALIAS;

#endif
