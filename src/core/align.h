/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Blocks of a larger alignment, cut out of larger blocks. A heap includes this
   file behind its block.h. */
#ifndef TLSF_ALIGN_H
#define TLSF_ALIGN_H

static bool is_power_of_two(size_t n) { return n && !(n & (n - 1)); }

/* A heap defines: makes the gap before an aligned block free, `gap` bytes at b,
   which may be 0. */
static void heap_put_gap(struct heap *h, struct block *b, size_t gap);

/* The bytes to ask for so that an aligned block of `request` bytes can be cut
   out of them; SIZE_MAX if that is more than there can be. */
static size_t aligned_request(size_t align, size_t request) {
    size_t spare = (align - 1) & ~(size_t)(TLSF_ALIGN - 1); /* largest gap */
    if (BLOCK_MIN > TLSF_ALIGN && spare) spare += BLOCK_MIN;
    size_t least =
        BLOCK_MIN > TLSF_ALIGN ? block_size_for(request) - BLOCK_COST : request;
    return least + spare < request ? SIZE_MAX : least + spare;
}

/* Bytes to skip so that the payload is aligned and what is skipped is nothing
   or a block. */
static size_t heap_gap(const struct block *b, size_t mask) {
    uintptr_t at = (uintptr_t)b + HEAD;
    size_t gap = (size_t)(-at & mask);
    bool small = BLOCK_MIN > TLSF_ALIGN && gap && gap < BLOCK_MIN;
    return small ? BLOCK_MIN + (size_t)(-(at + BLOCK_MIN) & mask) : gap;
}

/*
 * Returns the aligned part of a used block of aligned_request bytes. The caller
 * trims the surplus at its end by realloc.
 *
 *   [ --------- b --------- ] => [ free? ][ ---- used, aligned ---- ]
 */
static struct block *heap_align(struct heap *h, struct block *b, size_t align) {
    size_t gap = heap_gap(b, align - 1);
    struct block *aligned = block_cut_front(b, gap);
    heap_put_gap(h, b, gap);
    return aligned;
}

#endif
