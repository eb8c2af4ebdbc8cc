/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How another object of the archive comes into the heap that threads share: by
   the lock, which the family has. (core/inside.h is the other answer.) */
#ifndef TLSF_INSIDE_H
#define TLSF_INSIDE_H

void family_enter(void) OWN("enter");
void family_leave(void) OWN("leave");

static void inside_enter(void) { family_enter(); }

static void inside_leave(void) { family_leave(); }

/* The block behind b, which an earlier call came to. Others were in the heap
   since, so there may be no block at b any more, and its memory may be somebody
   else's: the row is gone through from its start. */
static struct block *inside_next(struct block *b) {
    struct block *next = row_first();
    while (next && (uintptr_t)next <= (uintptr_t)b)
        next = row_next(next);
    return next;
}

#endif
