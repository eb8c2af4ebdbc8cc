/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A freestanding C++ program that uses each form of new and delete, by
 * expressions of the language and by calls. A function returns 0, or the line
 * of what does not hold.
 */
#include <stddef.h>
#include <stdint.h>

namespace std {
struct nothrow_t {};
extern const nothrow_t nothrow;
#ifdef __cpp_aligned_new
enum class align_val_t : size_t {};
#endif
} // namespace std

void *operator new(size_t, const std::nothrow_t &) noexcept;
void *operator new[](size_t, const std::nothrow_t &) noexcept;
void operator delete(void *, const std::nothrow_t &) noexcept;
void operator delete[](void *, const std::nothrow_t &) noexcept;
void operator delete(void *, size_t) noexcept;
void operator delete[](void *, size_t) noexcept;

#define EXPORT extern "C" __attribute__((visibility("default")))
#define REQUIRE(holds)                                                         \
    if (!(holds)) return __LINE__

static int living;

struct Thing {
    int value, *self;
    Thing() : value(7), self(&value) { living++; }
    ~Thing() {
        self = nullptr;
        living--;
    }
    bool is_whole() const { return value == 7 && self == &value; }
};

struct Empty {};

static bool is_aligned(const void *p, size_t align) {
    return p && reinterpret_cast<uintptr_t>(p) % align == 0;
}

/* Fills four blocks, each with its own bytes; then all must have kept them. */
static bool are_usable(void *const (&blocks)[4], size_t size, size_t align) {
    for (size_t i = 0; i < 4 * size; i++)
        static_cast<uint8_t *>(blocks[i / size])[i % size] = uint8_t(i / size);
    for (size_t i = 0; i < 4 * size; i++)
        if (static_cast<uint8_t *>(blocks[i / size])[i % size] != i / size)
            return false;
    for (void *block : blocks)
        if (!is_aligned(block, align)) return false;
    return true;
}

EXPORT int expressions() {
    Thing *one = new Thing, *array = new Thing[10];
    Thing *none = new (std::nothrow) Thing[3];
    REQUIRE(one->is_whole() && is_aligned(one, 16) && living == 14);
    for (int i = 0; i < 10; i++)
        REQUIRE(array[i].is_whole());
    REQUIRE(none && none[2].is_whole());
    delete one;
    delete[] array;
    delete[] none;
    REQUIRE(!living);
    Empty *a = new Empty, *b = new (std::nothrow) Empty;
    int *c = new int[0];
    REQUIRE(a && b && c && a != b);
    delete a;
    delete b;
    delete[] c;
    delete static_cast<Thing *>(nullptr);
    delete[] static_cast<int *>(nullptr);
    return 0;
}

EXPORT int calls() {
    for (size_t size = 0; size < 3000; size = size * 2 + 1) {
        void *const blocks[] = {operator new(size), operator new[](size),
                                                    operator new(size,
                                                                 std::nothrow),
                                                    operator new[](
                                                        size, std::nothrow)};
        REQUIRE(are_usable(blocks, size, 16));
        operator delete(blocks[0]);
        operator delete[](blocks[1]);
        operator delete(blocks[2], std::nothrow);
        operator delete[](blocks[3], std::nothrow);
        operator delete(operator new(size), size);
        operator delete[](operator new[](size), size);
    }
    return 0;
}

/* More than memory can have. */
static volatile size_t huge = SIZE_MAX / 2;

EXPORT int nothrow_is_null() {
    REQUIRE(!operator new(huge, std::nothrow));
    REQUIRE(!operator new[](huge, std::nothrow));
    REQUIRE(!new (std::nothrow) char[huge]);
    return 0;
}

/* Takes all memory; returns how many blocks it was. */
EXPORT int exhaust() {
    int blocks = 0;
    while (new (std::nothrow) char[30000])
        blocks++;
    return blocks;
}

EXPORT void *trap_new() { return operator new(huge); }
EXPORT void *trap_array() { return operator new[](huge); }

#ifdef __cpp_aligned_new

void *operator new(size_t, std::align_val_t, const std::nothrow_t &) noexcept;
void *operator new[](size_t, std::align_val_t, const std::nothrow_t &) noexcept;
void operator delete(void *, std::align_val_t, const std::nothrow_t &) noexcept;
void operator delete[](void *, std::align_val_t,
                       const std::nothrow_t &) noexcept;
void operator delete(void *, size_t, std::align_val_t) noexcept;
void operator delete[](void *, size_t, std::align_val_t) noexcept;

struct alignas(256) Wide {
    Thing thing;
};

EXPORT int aligned_expressions() {
    Wide *one = new Wide, *array = new Wide[5];
    Wide *none = new (std::nothrow) Wide;
    REQUIRE(is_aligned(one, 256) && is_aligned(none, 256) && living == 7);
    for (int i = 0; i < 5; i++)
        REQUIRE(is_aligned(&array[i], 256) && array[i].thing.is_whole());
    delete one;
    delete[] array;
    delete none;
    REQUIRE(!living);
    return 0;
}

EXPORT int aligned_calls() {
    for (size_t align = 1; align <= 65536; align *= 4) {
        auto to = std::align_val_t(align);
        size_t size = align % 77 * 9;
        void *const blocks[] =
            {operator new(size, to), operator new[](size, to),
                                     operator new(size, to, std::nothrow),
                                     operator new[](size, to, std::nothrow)};
        REQUIRE(are_usable(blocks, size, align));
        operator delete(blocks[0], to);
        operator delete[](blocks[1], to);
        operator delete(blocks[2], to, std::nothrow);
        operator delete[](blocks[3], to, std::nothrow);
        operator delete(operator new(size, to), size, to);
        operator delete[](operator new[](size, to), size, to);
    }
    return 0;
}

static constexpr auto PAGE = std::align_val_t(4096);

EXPORT int aligned_nothrow_is_null() {
    REQUIRE(!operator new(huge, PAGE, std::nothrow));
    REQUIRE(!operator new[](huge, PAGE, std::nothrow));
    REQUIRE(!operator new(8, std::align_val_t(size_t(1) << 31), std::nothrow));
    return 0;
}

EXPORT void *trap_aligned() { return operator new(huge, PAGE); }
EXPORT void *trap_aligned_array() { return operator new[](huge, PAGE); }

#endif
