/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Copying and clearing bytes by a loop over words, where the target has no
 * bulk memory and the program may have no libc. Both end at the next word:
 * payloads are whole words.
 */
#ifndef TLSF_BYTES_H
#define TLSF_BYTES_H

#include <stddef.h>

#include "compiler.h"

static void bytes_copy(void *to, const void *from, size_t n) {
    any_word *t = to;
    const any_word *f = from;
    for (size_t i = 0; i < n; i += sizeof *t)
        *t++ = *f++;
}

static void bytes_clear(void *p, size_t n) {
    any_word *t = p;
    for (size_t i = 0; i < n; i += sizeof *t)
        *t++ = 0;
}

#endif
