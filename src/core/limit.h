/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A limit for growth. It stands between the port's pages.h and a grow.h: a
   build includes it behind the one and before the other. */
#ifndef TLSF_LIMIT_H
#define TLSF_LIMIT_H

/* The address where memory must end at the latest; 0 for 2^32 or 2^64. */
static uintptr_t limit_end;

/* 0 would be no limit, and 1 stands for the same. */
static void limit_set(size_t bytes) {
    limit_end = bytes == SIZE_MAX ? 0 : bytes | (!bytes);
}

/* The bytes of whole pages by which memory may yet grow. */
static size_t limit_room(void) {
    uintptr_t now = pages_limit();
    if (now - 1 >= limit_end - 1) return 0; /* both may be 0 */
    return (limit_end - now) & -pages_size();
}

static bool limited_grow_past(size_t n) {
    return n < limit_room() && pages_grow_past(n);
}

static void limited_grow_by(size_t n) {
    size_t room = limit_room();
    pages_grow_by(n < room ? n : room);
}

#define pages_grow_past limited_grow_past
#define pages_grow_by limited_grow_by

#endif
