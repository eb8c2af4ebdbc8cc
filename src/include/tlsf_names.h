/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The part of tlsf_config.h that makes each parameter that shapes a heap a
 * plain number, whatever expression it was, so that it can be part of a name:
 *
 *   TLSF_NAME(tlsf_init)
 *       => tlsf_init_with_TLSF_ALIGN_16_TLSF_SLLEN_32_TLSF_FLLEN_28
 */
#ifndef TLSF_NAMES_H
#define TLSF_NAMES_H

#if (TLSF_ALIGN) == 4 /* no sizeof, no cast, no enum constant */
#undef TLSF_ALIGN
#define TLSF_ALIGN 4
#elif (TLSF_ALIGN) == 8
#undef TLSF_ALIGN
#define TLSF_ALIGN 8
#elif (TLSF_ALIGN) == 16
#undef TLSF_ALIGN
#define TLSF_ALIGN 16
#elif (TLSF_ALIGN) == 32
#undef TLSF_ALIGN
#define TLSF_ALIGN 32
#elif (TLSF_ALIGN) == 64
#undef TLSF_ALIGN
#define TLSF_ALIGN 64
#elif (TLSF_ALIGN) == 128
#undef TLSF_ALIGN
#define TLSF_ALIGN 128
#elif (TLSF_ALIGN) == 256
#undef TLSF_ALIGN
#define TLSF_ALIGN 256
#elif (TLSF_ALIGN) == 512
#undef TLSF_ALIGN
#define TLSF_ALIGN 512
#elif (TLSF_ALIGN) == 1024
#undef TLSF_ALIGN
#define TLSF_ALIGN 1024
#elif (TLSF_ALIGN) == 2048
#undef TLSF_ALIGN
#define TLSF_ALIGN 2048
#elif (TLSF_ALIGN) == 4096
#undef TLSF_ALIGN
#define TLSF_ALIGN 4096
#elif (TLSF_ALIGN) == 8192
#undef TLSF_ALIGN
#define TLSF_ALIGN 8192
#elif (TLSF_ALIGN) == 16384
#undef TLSF_ALIGN
#define TLSF_ALIGN 16384
#elif (TLSF_ALIGN) == 32768
#undef TLSF_ALIGN
#define TLSF_ALIGN 32768
#elif (TLSF_ALIGN) == 65536
#undef TLSF_ALIGN
#define TLSF_ALIGN 65536
#else
#error "TLSF_ALIGN must be a power of two, 4 to 65536, as #if computes it"
#endif

#if (TLSF_SLLEN) == 8 /* no sizeof, no cast, no enum constant */
#undef TLSF_SLLEN
#define TLSF_SLLEN 8
#elif (TLSF_SLLEN) == 16
#undef TLSF_SLLEN
#define TLSF_SLLEN 16
#elif (TLSF_SLLEN) == 32
#undef TLSF_SLLEN
#define TLSF_SLLEN 32
#else
#error "TLSF_SLLEN must be 8, 16 or 32, as #if computes it"
#endif

/* It is made of two digits. */
#if (TLSF_FLLEN) < 1 /* no sizeof, no cast, no enum constant */
#error "TLSF_FLLEN must be 1 to 29, as #if computes it"
#elif (TLSF_FLLEN) > 29
#error "TLSF_FLLEN must be 1 to 29, as #if computes it"
#elif (TLSF_FLLEN) % 10 == 0
#define TLSF_ONES 0
#elif (TLSF_FLLEN) % 10 == 1
#define TLSF_ONES 1
#elif (TLSF_FLLEN) % 10 == 2
#define TLSF_ONES 2
#elif (TLSF_FLLEN) % 10 == 3
#define TLSF_ONES 3
#elif (TLSF_FLLEN) % 10 == 4
#define TLSF_ONES 4
#elif (TLSF_FLLEN) % 10 == 5
#define TLSF_ONES 5
#elif (TLSF_FLLEN) % 10 == 6
#define TLSF_ONES 6
#elif (TLSF_FLLEN) % 10 == 7
#define TLSF_ONES 7
#elif (TLSF_FLLEN) % 10 == 8
#define TLSF_ONES 8
#elif (TLSF_FLLEN) % 10 == 9
#define TLSF_ONES 9
#endif
#define TLSF_PASTE_TWO(a, b) a##b
#define TLSF_PASTE(a, b) TLSF_PASTE_TWO(a, b)
#if (TLSF_FLLEN) < 10
#undef TLSF_FLLEN
#define TLSF_FLLEN TLSF_ONES
#elif (TLSF_FLLEN) < 20
#undef TLSF_FLLEN
#define TLSF_FLLEN TLSF_PASTE(1, TLSF_ONES)
#else
#undef TLSF_FLLEN
#define TLSF_FLLEN TLSF_PASTE(2, TLSF_ONES)
#endif

#define TLSF_NAME_OF(function, align, sllen, fllen)                            \
    function##_with_TLSF_ALIGN_##align##_TLSF_SLLEN_##sllen##_TLSF_FLLEN_##fllen
#define TLSF_NAME_FOR(function, align, sllen, fllen)                           \
    TLSF_NAME_OF(function, align, sllen, fllen)
#define TLSF_NAME(function)                                                    \
    TLSF_NAME_FOR(function, TLSF_ALIGN, TLSF_SLLEN, TLSF_FLLEN)

#endif
