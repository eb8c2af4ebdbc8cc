/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The host port: the contract of wasm/pages.h over a reserved stretch of
 * address space. It can be told to leave a gap before the next growth (as if
 * somebody else had grown) and to end; and its pages may be small.
 */
#ifndef TLSF_PAGES_H
#define TLSF_PAGES_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef HOST_PAGE_LOG
#define HOST_PAGE_LOG 16
#endif

enum { PAGE_LOG = HOST_PAGE_LOG, PAGES_EINVAL = EINVAL, PAGES_ENOMEM = ENOMEM };

/* Memory is [base, limit) in pages; up to top it has been handed out. */
extern size_t host_top, host_limit;
extern uintptr_t host_start; /* in bytes, not above top */

static size_t pages_count(void) { return host_top; }

static bool pages_grow(size_t n) {
    if (n > host_limit - host_top) return false;
    host_top += n;
    return true;
}

static uintptr_t pages_start(void) { return host_start; }

static int *pages_errno(void) { return &errno; }

#endif
