/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What growth asks of a port, in bytes, for ports that count pages of one size:
   2^PAGE_LOG bytes. They include this file at their end. */
#ifndef TLSF_WHOLE_PAGES_H
#define TLSF_WHOLE_PAGES_H

static uintptr_t pages_limit(void) {
    return (uintptr_t)pages_count() << PAGE_LOG;
}

static size_t pages_size(void) { return (size_t)1 << PAGE_LOG; }

static bool pages_grow_past(size_t n) {
    return pages_grow((n >> PAGE_LOG) + 1);
}

static void pages_grow_by(size_t n) { pages_grow(n >> PAGE_LOG); }

#endif
