/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The core API, and the parts of compiler.h that compute, for model.c. */
#include "builds/core.c"

unsigned core_leading_zeros(size_t n);
unsigned core_leading_zeros(size_t n) { return leading_zeros(n); }

unsigned core_trailing_zeros(uint32_t n);
unsigned core_trailing_zeros(uint32_t n) { return trailing_zeros(n); }
