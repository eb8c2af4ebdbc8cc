/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* posix_memalign, by the family's aligned_alloc. */
#ifndef TLSF_POSIX_MEMALIGN_H
#define TLSF_POSIX_MEMALIGN_H

int family_posix_memalign(void **out, size_t align, size_t size) {
    if (!is_power_of_two(align) || align < sizeof(void *)) return PAGES_EINVAL;
    void *p = family_aligned_alloc(align, size);
    if (!p) return PAGES_ENOMEM;
    *out = p;
    return 0;
}

#endif
