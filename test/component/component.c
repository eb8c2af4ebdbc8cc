/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A component that takes strings and lists from its host and gives others back:
 * world.wit, by hand, as the canonical ABI has it. What comes as an argument or
 * from an import was allocated by cabi_realloc and is freed here; what is
 * returned is freed by a cabi_post_ function, which the host calls when it has
 * read it. An empty string or list is no block.
 */
#include <stdint.h>

#include "tlsf_malloc.h"

struct text {
    char *at;
    size_t size;
};

struct numbers {
    uint64_t *at;
    size_t count;
};

struct texts {
    struct text *at;
    size_t count;
};

struct point {
    int32_t x;
    double y;
    struct text name;
};

struct points {
    struct point *at;
    size_t count;
};

#define IMPORT(name) __attribute__((import_module("$root"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))
#define AFTER(name) EXPORT("cabi_post_" name)

IMPORT("reversed") void reversed(char *at, size_t size, struct text *result);
IMPORT("squares")
void squares(uint64_t *at, size_t count, struct numbers *result);

static void *allocate(size_t size) {
    if (!size) return NULL;
    void *p = malloc(size);
    if (!p) __builtin_trap();
    return p;
}

/* Frees the block of `size` bytes, which may be none. */
static void drop(void *p, size_t size) {
    if (size) free(p);
}

static char *append(char *to, const char *from, size_t size) {
    while (size--)
        *to++ = *from++;
    return to;
}

EXPORT("pages") size_t pages(void) { return __builtin_wasm_memory_size(0); }

/* "Hello, " and the name backwards. */
EXPORT("greet") struct text *greet(char *at, size_t size) {
    static const char hello[] = "Hello, ";
    static struct text result;
    struct text back;
    reversed(at, size, &back);
    drop(at, size);
    result.size = sizeof hello - 1 + back.size;
    result.at = allocate(result.size);
    append(append(result.at, hello, sizeof hello - 1), back.at, back.size);
    drop(back.at, back.size);
    return &result;
}
AFTER("greet") void greet_after(struct text *text) {
    drop(text->at, text->size);
}

EXPORT("sum-of-squares") uint64_t sum_of_squares(uint64_t *at, size_t count) {
    struct numbers of;
    squares(at, count, &of);
    drop(at, count);
    uint64_t sum = 0;
    for (size_t i = 0; i < of.count; i++)
        sum += of.at[i];
    drop(of.at, of.count);
    return sum;
}

/* The list itself goes back. */
EXPORT("doubled") struct numbers *doubled(uint64_t *at, size_t count) {
    static struct numbers result;
    result = (struct numbers){at, count};
    for (size_t i = 0; i < count; i++)
        at[i] *= 2;
    return &result;
}
AFTER("doubled") void doubled_after(struct numbers *of) {
    drop(of->at, of->count);
}

EXPORT("joined") struct text *joined(struct text *words, size_t count) {
    static struct text result;
    result.size = 0;
    for (size_t i = 0; i < count; i++)
        result.size += words[i].size;
    char *to = result.at = allocate(result.size);
    for (size_t i = 0; i < count; i++) {
        to = append(to, words[i].at, words[i].size);
        drop(words[i].at, words[i].size);
    }
    drop(words, count);
    return &result;
}
AFTER("joined") void joined_after(struct text *text) {
    drop(text->at, text->size);
}

/* At its spaces. */
EXPORT("split") struct texts *split(char *at, size_t size) {
    static struct texts result;
    size_t count = 1;
    for (size_t i = 0; i < size; i++)
        count += at[i] == ' ';
    result.at = allocate(count * sizeof *result.at);
    result.count = 0;
    for (size_t from = 0, to = 0; to <= size; to++) {
        if (to < size && at[to] != ' ') continue;
        char *word = allocate(to - from);
        append(word, at + from, to - from);
        result.at[result.count++] = (struct text){word, to - from};
        from = to + 1;
    }
    drop(at, size);
    return &result;
}
AFTER("split") void split_after(struct texts *texts) {
    for (size_t i = 0; i < texts->count; i++)
        drop(texts->at[i].at, texts->at[i].size);
    drop(texts->at, texts->count);
}

EXPORT("moved") struct points *moved(struct point *at, size_t count) {
    static struct points result;
    result = (struct points){at, count};
    for (size_t i = 0; i < count; i++) {
        at[i].x++;
        at[i].y /= 2;
    }
    return &result;
}
AFTER("moved") void moved_after(struct points *points) {
    for (size_t i = 0; i < points->count; i++)
        drop(points->at[i].name.at, points->at[i].name.size);
    drop(points->at, points->count);
}
