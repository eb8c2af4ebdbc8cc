/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The last step of a search, before memory grows or a request fails: more
 * blocks of the floor bin. Sizes in a bin differ, so the first block may be too
 * small while another one fits.
 */
#ifndef TLSF_LOOK_H
#define TLSF_LOOK_H

#include "heap.h"

enum {
    TURNS = 8,         /* of the loop at most; the table of builds has them */
    LOOKS = TURNS - 1, /* blocks of the floor bin that it sees at most */
};

static struct block *heap_look(const struct heap *h, struct block *b,
                               size_t size) {
    struct block *at = bins_floor(h, size);
    size_t left = TURNS;
    while (b && block_free_size(b) < size) {
        b = at = block_next(at);
        left = hide_from_optimiser(left - 1); /* size: 10, one counter */
        if (!left) return NULL;
    }
    return b;
}

#endif
