/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program with libc++: each kind of new, then one that fails. */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

struct alignas(64) Wide {
    char bytes[100];
};

static volatile std::size_t huge = SIZE_MAX - 100; /* no memory has so much */

static void handler() {
    std::puts("handler");
    std::exit(7);
}

int main() {
    std::vector<std::string> words(100, "longer than what fits into a string");
    auto wide = std::make_unique<Wide[]>(3);
    auto address = reinterpret_cast<std::uintptr_t>(wide.get());
    std::unique_ptr<int[]> some(new (std::nothrow) int[5]);
    void *none = ::operator new(huge, std::nothrow);
    std::printf("%d %d %d\n", int(address % 64), int(words[99].size()),
                some && !none);
    std::fflush(stdout);
    std::set_new_handler(handler);
    void *volatile p = ::operator new(huge);
    return p != nullptr;
}
