/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Any compiler of C17 (compiler.h): C alone, so the same work for every number,
 * without loops. A compiler that tells objects apart by their types must be
 * told not to: C has no word for MAY_ALIAS.
 */
#ifndef TLSF_COMPILER_C17_H
#define TLSF_COMPILER_C17_H

#define NOINLINE
#define ALWAYS_INLINE inline
#define COLD
#define MAY_ALIAS
#define UNREACHABLE() ((void)0)

void *memmove(void *to, const void *from, size_t n);
void *memset(void *p, int value, size_t n);
#define memory_move memmove
#define memory_set memset

/* If n has a bit at `step` or above, adds `step` to *at and moves n down. */
static uint64_t bits_halve(uint64_t n, unsigned step, unsigned *at) {
    unsigned move = (unsigned)(n >> step != 0) * step;
    *at += move;
    return n >> move;
}

/* The number of the highest bit of n, which is not 0. */
static unsigned highest_bit(uint64_t n) {
    unsigned at = 0;
    n = bits_halve(n, 32, &at);
    n = bits_halve(n, 16, &at);
    n = bits_halve(n, 8, &at);
    n = bits_halve(n, 4, &at);
    n = bits_halve(n, 2, &at);
    bits_halve(n, 1, &at);
    return at;
}

static unsigned leading_zeros(size_t n) {
    return (unsigned)(8 * sizeof n - 1) - highest_bit(n);
}

static unsigned trailing_zeros(uint32_t n) { return highest_bit(n & (0 - n)); }

static size_t hide_from_optimiser(size_t n) { return n; }

#endif
