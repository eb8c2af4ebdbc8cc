/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How the C family fails, over a port: a build has included its pages.h. */
#ifndef TLSF_FAIL_H
#define TLSF_FAIL_H

/* Returns NULL, after it set errno where there is one. */
static void *fail_with(int error) {
    pages_set_errno(error);
    return NULL;
}

static void *heap_fail(void) { return fail_with(PAGES_ENOMEM); }

#endif
