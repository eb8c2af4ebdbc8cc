/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The state of a module whose whole memory is its own: nobody's data or stack
 * lies there, so the state has fixed addresses, which take fewer bytes. All of
 * it is zero at first.
 *
 *   0      24          36  1043                1303  1304     1312
 *   [ nil ][ map, end ]    [ slots ............]     [ header ][ payload ...
 *                                                    of the first block
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

/* Where the heap lies; and so many bytes of it are not used, that a bin's
   place is just what the bits of a float say (flat/map_float.h). */
enum { LAYOUT_HEAP = 24, LAYOUT_GAP = 1004 };

#define LAYOUT_STATE(own) ((void)(own), (struct heap *)LAYOUT_HEAP)

/* Is b, which may be NULL, a block that can be read? */
static bool layout_has(const struct block *b) {
    (void)b;
    return true;
}

/* The first block of a pool in memory that may hold anything. */
static void layout_begin(struct block *b) { (void)b; }

/* The header of the first block lies before the heap's memory. */
static uintptr_t layout_start(uintptr_t start) { return start - BLOCK_COST; }

/* The bytes of the heap before b: the few of the state do not matter. */
static size_t layout_before(const struct block *b, uintptr_t start) {
    (void)start;
    return (uintptr_t)b;
}

#endif
