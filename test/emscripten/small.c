/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A small program: docs/emscripten.md says what each allocator adds to it. */
#include <stdlib.h>

int main(int argc, char **argv) {
    char *volatile p = malloc((size_t)argc);
    p = realloc(p, 100);
    free(p);
    return !argv;
}
