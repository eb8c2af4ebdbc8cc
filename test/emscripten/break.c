/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Somebody else calls sbrk, before the first malloc and between any two calls:
 * what each got stays his. The seed is argv[1].
 */
#include "random.h"
#include "require.h"

#include <unistd.h>

enum { SLOTS = 200, STEPS = 20000 };

struct piece {
    unsigned char *at, fill;
    size_t size;
};

static struct piece blocks[SLOTS], others[SLOTS];
static size_t others_count;

static void piece_check(const struct piece *p) {
    for (size_t i = 0; i < p->size; i++)
        REQUIRE(p->at[i] == p->fill);
}

static void piece_set(struct piece *p, void *at, size_t size) {
    p->at = at, p->size = size, p->fill = (unsigned char)below(256);
    memset(at, p->fill, size);
}

static void others_take(size_t size) {
    void *at = sbrk((intptr_t)size);
    REQUIRE(at != (void *)-1);
    piece_set(&others[others_count++], at, size);
}

/* Before main, and before anybody has called malloc. */
__attribute__((constructor)) static void begin(void) { others_take(5000); }

static void block_change(struct piece *p) {
    size_t size = log_size(15 + (unsigned)(below(50) == 0) * 4);
    piece_check(p);
    if (p->at && below(3)) {
        size_t kept = p->size < size ? p->size : size;
        p->at = realloc(p->at, size);
        p->size = kept;
        piece_check(p);
    } else {
        free(p->at);
        p->at = malloc(size);
    }
    REQUIRE(p->at);
    piece_set(p, p->at, size);
}

int main(int argc, char **argv) {
    REQUIRE(argc == 2);
    random_seed((uint64_t)atoi(argv[1]));
    for (step = 0; step < STEPS; step++) {
        bool now = below(STEPS / SLOTS) == 0 && others_count < SLOTS;
        if (now) others_take(below(3) ? log_size(17) : below(4) * 4096);
        block_change(&blocks[below(SLOTS)]);
    }
    for (size_t i = 0; i < others_count; i++)
        piece_check(&others[i]);
    for (size_t i = 0; i < SLOTS; i++)
        piece_check(&blocks[i]);
    puts("each has what is his");
    return 0;
}
