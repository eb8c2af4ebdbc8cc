/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The functions of heaps over ranges, with the invariants of one exported. */
#include TLSF_BUILD

#include TLSF_CHECK

int check(struct range *r) { return check_range(r); }
