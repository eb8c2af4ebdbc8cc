/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What `next` of a list's last block says: 1, which is no address. So zeros
 * that a program writes to a freed block do not look like the end of a list. An
 * empty bin holds NULL. (flat/ends.h is the other answer.)
 */
#ifndef TLSF_ENDS_H
#define TLSF_ENDS_H

#include "../flat/bins.h"

enum { LIST_END = 1 };

/* Is this the `next` of a list's last block? */
static bool ends_list(const struct block *next) {
    return (uintptr_t)next == LIST_END;
}

static struct block *ends_read(struct block *next) {
    return (struct block *)((uintptr_t)next & ~(uintptr_t)LIST_END);
}

static struct block *ends_write(const struct block *x, struct block *y) {
    uintptr_t is_none = !y;
    return (struct block *)((uintptr_t)y | (is_none & ~(uintptr_t)x));
}

#endif
