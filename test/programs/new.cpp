// SPDX-License-Identifier: MIT OR Apache-2.0
// libc++: new and delete of every kind, containers, streams and locales.
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <vector>

struct alignas(64) Wide {
    char bytes[100];
};

int main() {
    std::map<std::string, std::vector<int>> words;
    for (int i = 0; i < 10000; i++) {
        auto word = "a word of some length, number " + std::to_string(i % 100);
        words[word].push_back(i);
    }
    std::ostringstream text;
    for (const auto &[word, places] : words)
        text << word << places.size();
    auto wide = std::make_unique<Wide[]>(3);
    void *none = ::operator new(SIZE_MAX, std::nothrow);
    auto address = reinterpret_cast<std::uintptr_t>(wide.get());
    std::cout << text.str().size() << ' ' << address % 64 << ' '
              << (none == nullptr) << std::endl;
    return 0;
}
