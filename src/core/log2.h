/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The logarithm of a constant. */
#ifndef TLSF_LOG2_H
#define TLSF_LOG2_H

/* log2(n) of a constant that is a power of two, up to 2^31 */
#define LOG2_BIT(n, bit, mask) ((((n) & (mask)) != 0) << (bit))
#define LOG2(n)                                                                \
    (LOG2_BIT(n, 4, 0xffff0000) + LOG2_BIT(n, 3, 0xff00ff00) +                 \
     LOG2_BIT(n, 2, 0xf0f0f0f0) + LOG2_BIT(n, 1, 0xcccccccc) +                 \
     LOG2_BIT(n, 0, 0xaaaaaaaa))

_Static_assert(LOG2(1 << 13) == 13 && LOG2(1 << 18) == 18, "it is log2");

#endif
