/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What a native test requires, in sanitized builds or not. A program that
 * can't print defines REQUIRE_ELSEWHERE, and require_fail itself.
 */
#ifndef TLSF_REQUIRE_H
#define TLSF_REQUIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a test is: what it counts, so that a failure says how far it came. */
static unsigned long long step __attribute__((unused));

#ifdef REQUIRE_ELSEWHERE
_Noreturn static void require_fail(const char *file, unsigned line,
                                   const char *text);
#else
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static void require_fail(const char *file, unsigned line,
                                   const char *text) {
    fprintf(stderr, "%s:%u: step %llu: not true: %s\n", file, line, step, text);
    exit(1);
}
#endif

#define REQUIRE(condition)                                                     \
    ((condition) ? (void)0 : require_fail(__FILE__, __LINE__, #condition))

#endif
