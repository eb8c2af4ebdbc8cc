/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The layout of memory that holds more than the heap: nothing is read or
 * written at NULL. A port's layout.h includes this. (wasm/own/layout.h is the
 * other answer.)
 */
#ifndef TLSF_LINKED_H
#define TLSF_LINKED_H

/* Bytes of the heap that are not used. */
enum { LAYOUT_GAP = 0 };

/* Is b, which may be NULL, a block that can be read? */
static bool layout_has(const struct block *b) { return b; }

/* Begins a pool at b: nothing free is before it, as that is itself. Returns
   whether its header can be read; here it may be anything. */
static bool layout_begin(struct block *b) {
    block_set_prev(b, b);
    return false;
}

/* Where the heap's memory starts, if the program's data end at `start`. */
static uintptr_t layout_start(uintptr_t start) { return start; }

/* Is what lies before all pools as it must be? Here there is nothing. */
static bool layout_is_right(void) { return true; }

#endif
