// SPDX-License-Identifier: MIT OR Apache-2.0
// new, delete, containers and exceptions, also where memory is full.
#include <cstdio>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

struct alignas(64) Wide {
    char bytes[100];
};

static std::size_t fill() {
    std::vector<std::unique_ptr<std::vector<int>>> all;
    std::size_t count = 0;
    try {
        for (;; count++)
            all.push_back(std::make_unique<std::vector<int>>(100000, 1));
    } catch (const std::bad_alloc &) {
        return count;
    }
}

int main() {
    std::map<std::string, std::vector<int>> words;
    for (int i = 0; i < 10000; i++) {
        auto word = "a word of some length, number " + std::to_string(i % 100);
        words[word].push_back(i);
    }
    try {
        throw std::runtime_error(words.begin()->first);
    } catch (const std::exception &error) {
        std::puts(error.what());
    }
    auto wide = std::make_unique<Wide[]>(3);
    auto address = reinterpret_cast<std::uintptr_t>(wide.get());
    std::size_t first = fill(), second = fill();
    bool whole = first > 20 && first == second && address % 64 == 0;
    std::puts(whole ? "memory was full twice" : "memory was lost");
    return !whole;
}
