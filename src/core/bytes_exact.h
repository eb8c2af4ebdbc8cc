/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What bytes_loop.h does, but not a byte further: where guards stand around the
 * bytes of a block, the rest of its last word is theirs. Only the one file of C
 * has it, where it is compiled without bulk memory.
 */
#ifndef TLSF_BYTES_H
#define TLSF_BYTES_H

#include <stddef.h>

#include "compiler.h"

static void bytes_copy(void *to, const void *from, size_t n) {
    char *t = to;
    for (const char *f = from; n; n--)
        *t++ = *f++;
}

static void bytes_clear(void *p, size_t n) {
    for (char *t = p; n; n--)
        *t++ = 0;
}

#endif
