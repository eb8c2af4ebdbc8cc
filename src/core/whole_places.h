/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the growth of a heap that threads share asks of a port that counts pages
   of one size (CONTRIBUTING.md). The port has place_grow. */
#ifndef TLSF_WHOLE_PLACES_H
#define TLSF_WHOLE_PLACES_H

static size_t place_past(size_t n) { return (n >> PAGE_LOG) + 1; }

static size_t place_within(size_t n) { return n >> PAGE_LOG; }

static uintptr_t place_begin(size_t n) { return (uintptr_t)n << PAGE_LOG; }

static uintptr_t place_end(size_t n) { return (uintptr_t)n << PAGE_LOG; }

#endif
