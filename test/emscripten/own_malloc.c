/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program has malloc and free of its own, over Emscripten's built-in ones. */
#include "require.h"

#include <emscripten/heap.h>

void *emscripten_builtin_malloc(size_t size);
void emscripten_builtin_free(void *p);

static unsigned mallocs, frees;

void *malloc(size_t size) {
    mallocs++;
    return emscripten_builtin_malloc(size);
}

void free(void *p) {
    frees++;
    emscripten_builtin_free(p);
}

int main(void) {
    unsigned before = mallocs;
    void *p = malloc(100);
    REQUIRE(p && mallocs == before + 1);
    unsigned freed = frees;
    free(p);
    REQUIRE(frees == freed + 1);
    char *text = strdup("copied by the C library");
    REQUIRE(mallocs == before + 2);
    puts(text);
    free(text);
    return 0;
}
