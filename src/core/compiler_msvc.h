/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Microsoft's compiler from Visual Studio 2019 16.8 on, with /std:c17
 * (compiler.h). It makes no use of types to tell objects apart. The intrinsics
 * are declared as <intrin.h> has them, so that nobody needs that.
 */
#ifndef TLSF_COMPILER_MSVC_H
#define TLSF_COMPILER_MSVC_H

#define NOINLINE __declspec(noinline)
#define ALWAYS_INLINE __forceinline
#define COLD NOINLINE
#define MAY_ALIAS
#define UNREACHABLE() __assume(0)

void *memmove(void *to, const void *from, size_t n);
void *memset(void *p, int value, size_t n);
#define memory_move memmove
#define memory_set memset

unsigned char _BitScanReverse(unsigned long *at, unsigned long n);
unsigned char _BitScanForward(unsigned long *at, unsigned long n);
#pragma intrinsic(_BitScanReverse, _BitScanForward)

/* The half that has the highest bit is scanned: only targets of 64 bits have an
   intrinsic for both. A long has 32 bits. */
static unsigned leading_zeros(size_t n) {
    unsigned long high = (unsigned long)((uint64_t)n >> 32), at;
    (void)_BitScanReverse(&at, high ? high : (unsigned long)n);
    return (unsigned)(8 * sizeof n - 1 - at - (high ? 32 : 0));
}

static unsigned trailing_zeros(uint32_t n) {
    unsigned long at;
    (void)_BitScanForward(&at, n);
    return (unsigned)at;
}

static size_t hide_from_optimiser(size_t n) { return n; }

#endif
