/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The native port: the contract of wasm/pages.h over a stretch of address
 * space that the test has reserved. The test can let a call fail, let memory
 * end, and grow it as somebody else would.
 *
 *   HOST_PAGE_LOG   the size of a page; small pages make small heaps
 *   HOST_OWN_ERRNO  errors go to host.error, not to the C library's errno
 *   HOST_POISON     what is not ours is poisoned: AddressSanitizer sees it
 *                   touched
 */
#ifndef TLSF_PAGES_H
#define TLSF_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef HOST_PAGE_LOG
#define HOST_PAGE_LOG 16
#endif

#ifdef HOST_OWN_ERRNO
enum { PAGES_EINVAL = 22, PAGES_ENOMEM = 12 };
#define HOST_ERRNO host.error
#else
#include <errno.h>
enum { PAGES_EINVAL = EINVAL, PAGES_ENOMEM = ENOMEM };
#define HOST_ERRNO errno
#endif

#ifdef HOST_POISON
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, bytes) ((void)(at), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(at, bytes) ((void)(at), (void)(bytes))
#endif

enum { PAGE_LOG = HOST_PAGE_LOG };

static struct {
    size_t top, limit;    /* in pages; memory is all below top */
    uintptr_t start, end; /* what is ours at first, in bytes */
    size_t calls;         /* that asked for pages */
    size_t fail;          /* the one of them that fails, from 1 on; 0: none */
    bool refused;         /* did one fail? */
    bool silent;          /* the program has no errno */
    int error;
} host;

static size_t pages_count(void) { return host.top; }

static bool host_refuses(size_t n) {
    bool now = host.fail == 1;
    if (host.fail) host.fail--;
    return now || n > host.limit - host.top;
}

static bool pages_grow(size_t n) {
    if (!n) return true;
    host.calls++;
    if (host_refuses(n)) {
        host.refused = true;
        return false;
    }
    ASAN_UNPOISON_MEMORY_REGION((void *)(host.top << PAGE_LOG), n << PAGE_LOG);
    host.top += n;
    return true;
}

/* Somebody else grows memory, as far as it goes. */
__attribute__((unused)) static void host_foreign(size_t n) {
    size_t most = host.limit - host.top;
    host.top += n < most ? n : most;
}

static uintptr_t pages_start(void) { return host.start; }
static uintptr_t pages_end(void) { return host.end; }
/* As in the port of modules that live among others: wasm/import/pages.h. */
static size_t pages_below(uintptr_t at) {
    return at > host.start ? at - host.start : 0;
}

/* A program begins with memory up to `pages`. It is ours from `start` on. */
static void host_open(uintptr_t start, size_t pages) {
    host.start = start;
    host.end = pages << PAGE_LOG;
    host.top = pages;
}

/* Where the heap's next pool begins, if memory has `pages` pages. */
__attribute__((unused)) static uintptr_t host_pool(bool first, size_t pages) {
    uintptr_t end = pages << PAGE_LOG;
    return first && end == host.end ? host.start : end;
}

static void pages_set_errno(int error) {
    if (!host.silent) HOST_ERRNO = error;
}

#include "core/whole_pages.h"

#endif
