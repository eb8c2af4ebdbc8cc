/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the build that traps has beside its flat heap, for heap.o: links, which
   no program may find in memory that it is given. (flat/rest.h is the other
   answer.) */
#ifndef TLSF_REST_H
#define TLSF_REST_H

#include "../core/check_rows.h"

/* heap.o comes behind core/row.h. */
static struct block *row_first(void);
static struct block *row_next(struct block *b);

static int check_rest(const struct check *c) {
    (void)c;
    return 0;
}

/* All blocks will be forgotten: clears the links of those that are free. */
static void rest_forget(void) {
    for (struct block *b = row_first(); b; b = row_next(b))
        if (block_is_free(b)) links_clear(b);
}

static void rest_reset(struct block *b, struct block *end) {
    (void)b, (void)end;
}

#endif
