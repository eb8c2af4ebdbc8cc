/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Random numbers for the native tests, in each thread its own. */
#ifndef TLSF_RANDOM_H
#define TLSF_RANDOM_H

#include <stddef.h>
#include <stdint.h>

static _Thread_local uint64_t random_state = 1;

static void random_seed(uint64_t seed) {
    random_state = seed * 0x9e3779b97f4a7c15u + 1;
}

/* xorshift64* */
static uint64_t random_bits(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1du;
}

/* A number below n. */
static size_t below(size_t n) { return (size_t)((random_bits() >> 33) % n); }

/* A size from 0 to 2^bits whose logarithm is evenly spread. */
static size_t log_size(unsigned bits) {
    return below((size_t)1 << below(bits + 1)) + below(2);
}

#endif
