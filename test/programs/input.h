/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Standard input as one string, grown a page at a time as it is read; or NULL,
   and a line that says so, if there is no memory for it. */
#ifndef INPUT_H
#define INPUT_H

#include <stdio.h>
#include <stdlib.h>

static char *input_read(size_t *length) {
    enum { STEP = 65536 };
    char *text = NULL;
    size_t n = 0, got = STEP;
    while (got == STEP) {
        char *more = realloc(text, n + STEP + 1);
        if (!more) {
            free(text);
            puts("error: no memory for the input");
            return NULL;
        }
        text = more;
        got = fread(text + n, 1, STEP, stdin);
        n += got;
    }
    text[n] = '\0';
    *length = n;
    return text;
}

#endif
