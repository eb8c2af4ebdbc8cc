/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * C's members over the malloc of the host, whose sanitizer knows each byte that
 * was asked for: nothing is copied beyond it, and nothing is lost.
 */
#define reallocarray own_reallocarray /* glibc has these */
#define free_sized own_free_sized
#define free_aligned_sized own_free_aligned_sized
#define aligned_alloc memalign /* the sanitizer's wants a multiple */
#define TLSF_ALIGN 16
#include "members/aligned_realloc.c"
#include "members/free_aligned_sized.c"
#include "members/free_sized.c"
#include "members/reallocarray.c"

#include "require.h"

static void fill(unsigned char *p, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        p[i] = (unsigned char)(i * 7);
}

static void require_filled(const unsigned char *p, size_t size) {
    for (size_t i = 0; i < size; i++)
        REQUIRE(p[i] == (unsigned char)(i * 7));
}

static void change(size_t align, size_t old, size_t size) {
    unsigned char *p = aligned_realloc(NULL, align, old);
    REQUIRE(p && (uintptr_t)p % align == 0);
    fill(p, 0, old);
    unsigned char *q = aligned_realloc(p, align, size);
    REQUIRE(q && (uintptr_t)q % align == 0);
    require_filled(q, old < size ? old : size);
    fill(q, 0, size);
    free_aligned_sized(q, align, size);
}

static volatile size_t huge = SIZE_MAX / 4 + 2; /* 4 times it is 4 */

int main(void) {
    for (size_t align = 32; align <= 4096; align *= 2)
        for (size_t old = 1; old < 40; old++)
            for (size_t size = 1; size < 120; size += 7)
                if (size > old) change(align, old, size);
    unsigned char *p = reallocarray(NULL, 3, 5);
    fill(p, 0, 15);
    p = reallocarray(p, 7, 11);
    require_filled(p, 15);
    REQUIRE(!reallocarray(p, huge, 4));
    require_filled(p, 15);
    free_sized(p, 77);
    free_sized(NULL, 0);
    return 0;
}
