/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where the flat heap begins to grow: for flat/grow.h and threads/grow.h. */
#ifndef TLSF_GROW_POOL_H
#define TLSF_GROW_POOL_H

#include "../core/fail.h"
#include "heap.h"

enum { SLACK_LOG = 6 }; /* memory grows by 1/64 more than is missing */

_Static_assert(TLSF_ALIGN <= 1 << PAGE_LOG, "a block may begin at a page");

/* Where memory ends. Of 65536 pages that is 0. */
static struct block *grow_limit(void) { return (struct block *)pages_limit(); }

/* A pool that begins: what is ours at first, if memory still ends there. If
   not, somebody else has grown it, and memory behind `limit` will be ours. */
static struct block *grow_pool(const struct heap *h, struct block *limit) {
    struct block *first = pool_first(layout_start(pages_start()));
    uintptr_t other = (uintptr_t)limit ^ pages_end();
    /* size: 4, one test and not two */
    return other | (uintptr_t)h->end ? limit : first;
}

#endif
