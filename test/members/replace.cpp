/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A program that replaces new and delete by a pool of its own and no other
 * form. The others must use the pool. With NOTHROW it also uses a nothrow form,
 * whose block would come from malloc and go to the pool: it must not link.
 */
#include <stddef.h>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace std {
struct nothrow_t {};
extern const nothrow_t nothrow;
} // namespace std

#ifdef NOTHROW
void *operator new(size_t, const std::nothrow_t &) noexcept;
void *operator new[](size_t, const std::nothrow_t &) noexcept;
#endif

alignas(16) static char pool[1000];
static size_t used;
static int deletes;

static void *take(size_t size) {
    void *p = &pool[used];
    used += (size + 15) / 16 * 16;
    return p;
}

static bool is_of_pool(void *p) { return p >= pool && p < pool + sizeof pool; }

#ifdef ARRAY
void *operator new[](size_t size) { return take(size); }
void operator delete[](void *p) noexcept { deletes += is_of_pool(p); }
#else
void *operator new(size_t size) { return take(size); }
void operator delete(void *p) noexcept { deletes += is_of_pool(p); }
#endif

void operator delete(void *, size_t) noexcept;
void operator delete[](void *, size_t) noexcept;

EXPORT int run() {
#ifndef ARRAY
    int *one = new int;
    if (!is_of_pool(one)) return __LINE__;
    delete one; /* sized, or not: the compiler chooses */
    operator delete(new int, sizeof(int));
#endif
    int *array = new int[10];
    if (!is_of_pool(array)) return __LINE__;
    delete[] array;
    operator delete[](new int[3], sizeof(int[3]));
#ifdef NOTHROW
    delete[] new (std::nothrow) int[7];
#endif
    return deletes;
}
