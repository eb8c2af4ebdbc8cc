/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* All that wasi-libc's dlmalloc.o defines and memalign, by address. */
#include <stdio.h>
#include <stdlib.h>

size_t malloc_usable_size(void *p);
void *memalign(size_t align, size_t size);
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void __libc_free(void *p);

typedef void function(void);

static function *volatile const family[] = {
    (function *)malloc,
    (function *)free,
    (function *)calloc,
    (function *)realloc,
    (function *)posix_memalign,
    (function *)aligned_alloc,
    (function *)malloc_usable_size,
    (function *)memalign,
    (function *)__libc_malloc,
    (function *)__libc_free,
    (function *)__libc_calloc,
};

int main(void) {
    int missing = 0;
    for (size_t i = 0; i < sizeof family / sizeof *family; i++) {
        missing += !family[i];
    }
    void *p = __libc_calloc(3, 5);
    printf("missing %d, usable %d\n", missing, malloc_usable_size(p) >= 15);
    free(p);
    __libc_free(memalign(64, __libc_malloc(1) ? 64 : 0));
    return 0;
}
