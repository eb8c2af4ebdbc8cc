/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory can have LIMIT bytes: malloc gives nearly all of them, then NULL. */
#include "require.h"

#include <errno.h>

extern char __heap_base;

struct block {
    struct block *next;
    size_t number, rest[LIMIT / 2000], last;
};

/* No more than there is, asked for at once. */
static void refuse(size_t size) {
    errno = 0;
    REQUIRE(malloc(size) == NULL && errno == ENOMEM);
}

int main(void) {
    refuse(LIMIT);
    refuse(SIZE_MAX - 100000);
    refuse(SIZE_MAX);
    struct block *all = NULL, *b;
    size_t count = 0;
    for (; (b = malloc(sizeof *b)); count++) {
        b->next = all;
        b->number = b->last = count;
        all = b;
    }
    REQUIRE(errno == ENOMEM);
    size_t most = LIMIT - (size_t)&__heap_base, got = count * sizeof *b;
    REQUIRE(got < most && got > most / 100 * 97);
    puts("memory is full");
    fflush(stdout);
    for (size_t i = count; i--; all = b) {
        b = all->next;
        REQUIRE(all->number == i && all->last == i);
        free(all);
    }
    REQUIRE(malloc(got));
    puts("memory is whole");
    fflush(stdout);
    return 0;
}
