/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The layout of a port whose memory holds more than the heap: the state lies
 * where the linker puts it, and nothing is read or written at NULL.
 * (wasm/own/layout.h is the other answer.)
 */
#ifndef TLSF_LAYOUT_H
#define TLSF_LAYOUT_H

/* Bytes of the heap that are not used. */
enum { LAYOUT_GAP = 0 };

#define LAYOUT_STATE(own) (own)

/* Is b, which may be NULL, a block that can be read? */
static bool layout_has(const struct block *b) { return b; }

/* The first block of a pool in memory that may hold anything: nothing is free
   before it, as it is itself in use. */
static void layout_begin(struct block *b) {
    block_set_prev(b, b);
    block_set_used(b, 0);
}

/* Where the heap's memory starts, if the program's data end at `start`. */
static uintptr_t layout_start(uintptr_t start) { return start; }

/* The bytes of the heap before b. */
static size_t layout_before(const struct block *b, uintptr_t start) {
    return (uintptr_t)b + BLOCK_GAP - start;
}

#endif
