/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What `next` of a list's last block says: 1, which is no address. So zeros
 * that a program writes to a freed block do not look like the end of a list. A
 * bin that has become empty says so too. (flat/ends.h is the other answer.)
 */
#ifndef TLSF_ENDS_H
#define TLSF_ENDS_H

#include "../flat/bins.h"

enum { LIST_END = 1 };

static struct block *ends_none(void) { return (struct block *)LIST_END; }

static struct block *ends_read(struct block *next) {
    return (struct block *)((uintptr_t)next & ~(uintptr_t)LIST_END);
}

#endif
