/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The build parameters. They shape struct tlsf, so a program and the library
 * it links must agree on them; dist/lib is built with the defaults.
 *
 *   TLSF_ALIGN   alignment of every payload in bytes, and the granule of
 *                sizes: a power of two, at least a word (size_t). 16 is
 *                max_align_t of wasm32; 8 saves memory where it suffices.
 *   TLSF_SLLEN   second level: bins a power of two of sizes is divided into.
 *                8, 16 or 32. A search may pass over a free block up to
 *                1/SLLEN larger than the request.
 *   TLSF_FLLEN   first level: powers of two of sizes that have bins. Blocks
 *                above them share the last bin.
 *   TLSF_FLOAT   1: sizes map to bins by one conversion to float, the fewest
 *                bytes. 0: integers only, for hosts that refuse floats, and
 *                for speed.
 *   TLSF_TAIL    1: malloc.c keeps the free block before the end of memory out
 *                of the bins and uses it last: faster, and less memory. 0, as
 *                tlsf-min.wasm has it, is about 60 bytes smaller.
 *   TLSF_FAST    1: whatever O(1) work makes malloc.c faster: quick.h. The
 *                core API, tlsf.c, is compiled without it, and has no tail.
 */
#ifndef TLSF_CONFIG_H
#define TLSF_CONFIG_H

#include <stddef.h>

#ifndef TLSF_ALIGN
#define TLSF_ALIGN 16
#endif
#ifndef TLSF_SLLEN
#define TLSF_SLLEN 32
#endif
#ifndef TLSF_FLLEN
#define TLSF_FLLEN (TLSF_SLLEN == 8 ? 26 : 28)
#endif
#ifndef TLSF_FAST
#define TLSF_FAST 0
#endif
#ifndef TLSF_FLOAT
#define TLSF_FLOAT !TLSF_FAST
#endif
#ifndef TLSF_TAIL
#define TLSF_TAIL 1
#endif

/* First row that has bins, the words that the index takes, and those of a heap:
   bins.h. Where rows are few, a heap ends behind them. */
#define TLSF_FIRST_ROW (32 / TLSF_SLLEN + 2)
#define TLSF_SLOTS ((TLSF_FIRST_ROW + TLSF_FLLEN) * TLSF_SLLEN)
#define TLSF_SHORT (TLSF_FAST || TLSF_FIRST_ROW + TLSF_FLLEN < 31)
#define TLSF_WORDS (TLSF_SHORT ? TLSF_SLOTS + 1 : 32 * TLSF_SLLEN + 33)

/* C++ has another name for it. */
#ifdef __cplusplus
#define TLSF_ASSERT static_assert
#else
#define TLSF_ASSERT _Static_assert
#endif

TLSF_ASSERT(TLSF_ALIGN >= 4 && (TLSF_ALIGN & (TLSF_ALIGN - 1)) == 0,
            "TLSF_ALIGN must be a power of two, at least a word");
TLSF_ASSERT(TLSF_ALIGN >= sizeof(size_t),
            "TLSF_ALIGN must be at least sizeof(size_t)");
TLSF_ASSERT(TLSF_SLLEN == 8 || TLSF_SLLEN == 16 || TLSF_SLLEN == 32,
            "TLSF_SLLEN must be 8, 16 or 32");
TLSF_ASSERT(TLSF_TAIL || !TLSF_FAST, "TLSF_FAST needs TLSF_TAIL");
TLSF_ASSERT(TLSF_FLLEN >= 1 && TLSF_FIRST_ROW + TLSF_FLLEN <= 32,
            "TLSF_FLLEN must be 1 to 30 - 32 / TLSF_SLLEN");

#endif
