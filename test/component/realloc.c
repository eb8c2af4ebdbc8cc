/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* cabi_realloc as bindings for C bring it, over any libc's realloc: for
   comparison. */
#include <stddef.h>

void *realloc(void *p, size_t size);

__attribute__((export_name("cabi_realloc"))) void *
cabi_realloc(void *p, size_t old_size, size_t align, size_t size) {
    (void)old_size;
    if (!size) return (void *)align;
    void *q = realloc(p, size);
    if (!q) __builtin_trap();
    return q;
}
