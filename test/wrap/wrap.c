/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A program whose wrappers (wasm-ld --wrap) put a header before each block and
 * count the calls. They must see each call that the program makes, once, and
 * none that the allocator makes of itself.
 */
#include <stddef.h>
#include <stdint.h>
#include <tlsf_malloc.h>

enum { HEADER = 16, MAGIC = 0x600dcafe };

struct header {
    uint32_t magic;
    size_t size;
};

/* Calls seen by the wrappers, less those that the program made. */
static int mallocs, callocs, reallocs, frees;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void __real_free(void *p);

static void require(int holds) {
    if (!holds) __builtin_trap();
}

static void *mark(char *p, size_t size) {
    if (!p) return NULL;
    *(struct header *)p = (struct header){MAGIC, size};
    return p + HEADER;
}

/* The block of a pointer that was marked. */
static char *unmark(void *p) {
    char *block = (char *)p - HEADER;
    require(((struct header *)block)->magic == MAGIC);
    return block;
}

void *__wrap_malloc(size_t size) {
    mallocs++;
    return mark(__real_malloc(size + HEADER), size);
}

void *__wrap_calloc(size_t count, size_t size) {
    callocs++;
    return mark(__real_calloc(1, count * size + HEADER), count * size);
}

void *__wrap_realloc(void *p, size_t size) {
    reallocs++;
    if (!p) return mark(__real_malloc(size + HEADER), size);
    char *block = unmark(p);
    size_t old = ((struct header *)block)->size;
    block = __real_realloc(block, size + HEADER);
    if (block) require(((struct header *)block)->size == old);
    return mark(block, size);
}

void __wrap_free(void *p) {
    frees++;
    if (p) __real_free(unmark(p));
}

static char *own_malloc(size_t size) {
    mallocs--;
    return malloc(size);
}

static char *own_calloc(size_t count, size_t size) {
    callocs--;
    return calloc(count, size);
}

static char *own_realloc(char *p, size_t size) {
    reallocs--;
    return realloc(p, size);
}

static void own_free(char *p) {
    frees--;
    free(p);
}

static void fill(char *p, size_t size, char with) {
    for (size_t i = 0; i < size; i++)
        p[i] = (char)(with + (char)i);
}

static int is_filled(const char *p, size_t size, char with) {
    for (size_t i = 0; i < size; i++)
        if (p[i] != (char)(with + (char)i)) return 0;
    return 1;
}

/* Every way of realloc: in place, into the block after, into new memory, by a
   move, down into the block before; and what only the allocator's own calls of
   malloc, free and realloc can serve. */
void run(void) {
    char *p = NULL, *before = own_malloc(4000), *wall;
    for (size_t size = 1, kept = 0; size < 400000; size = size * 3 + 1) {
        p = own_realloc(p, size);
        require(p && is_filled(p, kept, 'p'));
        fill(p, kept = size, 'p');
        wall = own_malloc(size / 2);
        if (size % 2) own_free(wall);
    }
    own_free(before);
    p = own_realloc(p, 10);
    require(is_filled(p, 10, 'p'));
    char *zeros = own_calloc(30, 1000);
    for (size_t i = 0; i < 30000; i++)
        require(!zeros[i]);
    own_free(zeros);
    own_free(p);
    own_free(NULL);
    for (size_t align = 16; align <= 65536; align *= 2) {
        void *aligned = aligned_alloc(align, 100), *other;
        require(aligned && (uintptr_t)aligned % align == 0);
        require(!posix_memalign(&other, align, 100) && other);
        __real_free(aligned);
        __real_free(other);
    }
    require(!own_malloc(SIZE_MAX - 2 * HEADER));
    require(!mallocs && !callocs && !reallocs && !frees);
}
