/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The host port: the contract of wasm/pages.h over a stretch of memory, up to
 * the end of the address space if that can be had. Memory is short, and a call
 * fails, where the test wants it; somebody else grows it too (host_foreign).
 * What is not ours is poisoned: AddressSanitizer sees it touched.
 */
#ifndef TLSF_PAGES_H
#define TLSF_PAGES_H

#include <sanitizer/asan_interface.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef HOST_PAGE_LOG
#define HOST_PAGE_LOG 12
#endif

enum { PAGE_LOG = HOST_PAGE_LOG, PAGES_EINVAL = 22, PAGES_ENOMEM = 12 };

static struct {
    size_t top, limit; /* in pages; memory is all below top */
    uintptr_t start;   /* in bytes, not above top */
    unsigned fail;     /* the call that fails, from 1 on; 0: none */
    bool refused;      /* did one? */
    int error;         /* our errno */
} host;

static size_t pages_count(void) { return host.top; }

static bool host_refuses(size_t n) {
    bool now = host.fail == 1;
    if (host.fail) host.fail--;
    return now || n > host.limit - host.top;
}

static bool pages_grow(size_t n) {
    if (!n) return true;
    if (host_refuses(n)) {
        host.refused = true;
        return false;
    }
    ASAN_UNPOISON_MEMORY_REGION((void *)(host.top << PAGE_LOG), n << PAGE_LOG);
    host.top += n;
    return true;
}

/* Somebody else grows memory, as far as it goes. */
static void host_foreign(size_t n) {
    size_t most = host.limit - host.top;
    host.top += n < most ? n : most;
}

static uintptr_t pages_start(void) { return host.start; }

static int *pages_errno(void) { return &host.error; }

#endif
