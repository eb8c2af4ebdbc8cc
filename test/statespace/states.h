/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A set of states, each with the operation that first led to it. Knows
 * nothing of heaps: a state is the words of a few parts of memory, kept as
 * what differs from the first one. Two are the same if all their words are.
 */
#ifndef TLSF_STATES_H
#define TLSF_STATES_H

#include "require.h"

struct part {
    void *at;
    size_t bytes; /* a multiple of a word */
};

struct state {
    size_t code; /* where in codes[], and how long */
    uint32_t length, parent, operation;
};

enum { PARTS = 8, CODE_WORD = 2 + sizeof(size_t) };

static struct part parts[PARTS];
static size_t part_count;
static size_t *image[PARTS]; /* the parts in the first state */
static struct state *states;
static unsigned char *codes;
static uint32_t *table; /* state + 1 by hash, or 0 */
static size_t state_count, state_limit, codes_used, codes_limit, table_mask;

static void *longer(void *p, size_t bytes) {
    void *q = realloc(p, bytes);
    REQUIRE(q);
    return q;
}

/* From now on these are the parts, as they are; no state is known. */
static void states_start(const struct part *of, size_t count) {
    for (part_count = 0; part_count < count; part_count++) {
        size_t i = part_count;
        parts[i] = of[i];
        image[i] = longer(NULL, of[i].bytes);
        memcpy(image[i], of[i].at, of[i].bytes);
    }
    table_mask = 1023;
    table = calloc(table_mask + 1, sizeof *table);
}

/* [number of a word, word] for each that differs; returns the length. */
static size_t states_encode(unsigned char *code) {
    unsigned char *at = code;
    uint16_t number = 0;
    for (size_t p = 0; p < part_count; p++) {
        const size_t *word = parts[p].at;
        for (size_t i = 0; i < parts[p].bytes / sizeof *word; i++, number++) {
            if (word[i] == image[p][i]) continue;
            memcpy(at, &number, 2);
            memcpy(at + 2, &word[i], sizeof *word);
            at += CODE_WORD;
        }
    }
    return (size_t)(at - code);
}

/* The parts become what they were in a state. */
static void states_restore(size_t state) {
    const unsigned char *code = codes + states[state].code;
    size_t *first[PARTS], p = 0, before = 0;
    for (size_t i = 0; i < part_count; i++) {
        first[i] = parts[i].at;
        memcpy(first[i], image[i], parts[i].bytes);
    }
    for (size_t i = 0; i < states[state].length; i += CODE_WORD) {
        uint16_t number;
        memcpy(&number, code + i, 2);
        while (number - before >= parts[p].bytes / sizeof **first)
            before += parts[p++].bytes / sizeof **first;
        memcpy(&first[p][number - before], code + i + 2, sizeof **first);
    }
}

static uint32_t *table_find(const unsigned char *code, size_t length) {
    uint64_t hash = length;
    for (size_t i = 0; i < length; i += 2) {
        uint16_t part;
        memcpy(&part, code + i, 2);
        hash = (hash ^ part) * 0x9e3779b97f4a7c15ull;
        hash ^= hash >> 29;
    }
    for (size_t i = (size_t)hash & table_mask;; i = (i + 1) & table_mask) {
        const struct state *s = &states[table[i] - 1];
        if (!table[i]) return &table[i];
        if (s->length != length) continue;
        if (!memcmp(codes + s->code, code, length)) return &table[i];
    }
}

static void table_double(void) {
    free(table);
    table_mask = 2 * table_mask + 1;
    table = calloc(table_mask + 1, sizeof *table);
    for (size_t i = 0; i < state_count; i++) {
        const struct state *s = &states[i];
        *table_find(codes + s->code, s->length) = (uint32_t)i + 1;
    }
}

/* The number of the state that the parts are in; is it a new one? */
static bool states_add(uint32_t parent, uint32_t operation, size_t *number) {
    static unsigned char code[65536 * CODE_WORD];
    size_t length = states_encode(code);
    uint32_t *slot = table_find(code, length);
    *number = *slot ? *slot - 1 : state_count;
    if (*slot) return false;
    if (state_count == state_limit)
        states = longer(states, (state_limit = 2 * state_limit + 1024) *
                                    sizeof *states);
    if (codes_used + length > codes_limit)
        codes = longer(codes, codes_limit = 2 * codes_limit + sizeof code);
    memcpy(codes + codes_used, code, length);
    states[state_count++] =
        (struct state){codes_used, (uint32_t)length, parent, operation};
    codes_used += length;
    *slot = (uint32_t)state_count;
    if (2 * state_count > table_mask) table_double();
    return true;
}

#endif
