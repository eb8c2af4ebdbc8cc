/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Between a target (core.c, family.c: the allocator, and sequences of
 * operations decoded from bytes) and the host (fuzz.c: where memory lies and
 * where bytes come from). Only 64-bit integers cross, whatever a pointer is:
 * so a target with pointers of 32 bits can live in a process of 64, the only
 * place on Linux where 32-bit memory may end at 2^32.
 */
#ifndef TLSF_HOST_H
#define TLSF_HOST_H

#include <stdint.h>

enum { ARENA_MAX = 1 << 24 };

/* Says what is not so, and aborts. Texts are addresses. */
_Noreturn void host_fail(uint64_t file, uint64_t line, uint64_t step,
                         uint64_t text);

/* Where the arena is: zeros, at most ARENA_MAX of them. Checks are made each
   `every` steps. */
void target_open(uint64_t arena, uint64_t bytes, uint64_t every);

/* What needs no sequence. */
void target_fixed(void);

/* Does what n bytes say, then frees everything. */
void target_run(uint64_t data, uint64_t n);

/* Operations so far, and a digest of all that they returned. */
uint64_t target_steps(void);
uint64_t target_digest(void);

#endif
