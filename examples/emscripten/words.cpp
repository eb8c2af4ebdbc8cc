/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How often each word of the command line occurs. Nothing in it names tlsf.
   README.md builds it. */
#include <iostream>
#include <map>
#include <string>

int main(int argc, char **argv) {
    std::map<std::string, int> counts;
    for (int i = 1; i < argc; i++)
        counts[argv[i]]++;
    for (const auto &entry : counts)
        std::cout << entry.second << ' ' << entry.first << '\n';
}
