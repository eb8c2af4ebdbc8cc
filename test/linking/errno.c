/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program with an errno, and with something else that it imports. */
#include "tlsf_malloc.h"

#ifdef HAS_ERRNO
int errno;
#else
static int errno;
#endif

void imported(int);

__attribute__((export_name("run"))) int run(void) {
    imported(1);
    errno = 0;
    void *volatile p = malloc((size_t)-1);
    return p ? -1 : errno;
}
