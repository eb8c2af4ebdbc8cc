/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How another object of the archive comes into the heap of a program that has
   one thread: it is there. (threads/inside.h is the other answer.) */
#ifndef TLSF_INSIDE_H
#define TLSF_INSIDE_H

static void inside_enter(void) {}

static void inside_leave(void) {}

/* The block behind b, which an earlier call came to. */
static struct block *inside_next(struct block *b) { return row_next(b); }

#endif
