/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The memory of a module that is alone in it. The state has fixed addresses
 * (state.h), up to STATE_LIMIT, where the linker begins (tools/builds.js).
 *
 *   0      24          36  1043                1303  1304     1312
 *   [ nil ][ map, end ]    [ slots ............]     [ header ][ payload ...
 *                                                    of the first block
 *
 * (With addresses of 64 bits: the heap at 32, the slots from 2135 to 2655, the
 * first header at 2656.)
 *
 * The nil block is used, of no size, and `prev` and `next` are NULL. So where
 * another block might be missing NULL is one, and nobody asks for it. Its link
 * is written and never read. The first block's header, too, is zero at first.
 *
 * In wasm address 0 is memory like any other, which C does not know: the
 * compiler is told so (-fno-delete-null-pointer-checks).
 */
#ifndef TLSF_LAYOUT_H
#define TLSF_LAYOUT_H

/* So many bytes of the heap are not used, that a bin's place is just what the
   bits of a float say (flat/map_float.h). */
enum { LAYOUT_GAP = WORD > 4 ? 2080 : 1004 };

/* Is b, which may be NULL, a block that can be read? */
static bool layout_has(const struct block *b) {
    (void)b;
    return true;
}

/* Begins a pool at b, which has the nil block before it. It is new memory, or
   where the state ends, so all 0. Returns whether its header can be read. */
static bool layout_begin(const struct block *b) {
    (void)b;
    return true;
}

/* The header of the first block lies before the heap's memory. */
static uintptr_t layout_start(uintptr_t start) { return start - BLOCK_COST; }

/* Is the nil block as it must be? */
static bool layout_is_right(void) {
    const struct block *nil = NULL;
    return !block_is_free(nil) && !block_used_size(nil) && !block_prev(nil) &&
           !nil->next;
}

#endif
