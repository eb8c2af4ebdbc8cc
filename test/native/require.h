/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a native test asserts, in sanitized builds or not. */
#ifndef TLSF_REQUIRE_H
#define TLSF_REQUIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long step;

#define REQUIRE(condition)                                                     \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "%s:%d: step %llu: not so: %s\n", __FILE__,        \
                    __LINE__, step, #condition);                               \
            exit(1);                                                           \
        }                                                                      \
    } while (0)

#endif
