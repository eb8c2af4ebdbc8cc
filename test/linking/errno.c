/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program with an errno, of its own or the archive's, or with one that nobody
   else sees; and with something else that it imports. */
#include "tlsf_malloc.h"

ERRNO int errno;

void imported(int);

__attribute__((export_name("run"))) int run(void) {
    imported(1);
    errno = 0;
    void *volatile p = malloc((size_t)-1);
    return p ? -1 : errno;
}
