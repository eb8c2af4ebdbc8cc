/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every way to fail says ENOMEM; success and a wrong alignment leave errno. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int failed(const void *p) {
    int number = p ? -1 : errno;
    errno = 0;
    return number;
}

int main(void) {
    size_t most = SIZE_MAX, half = SIZE_MAX / 2 + 1;
    void *live = malloc(100), *out = live;
    errno = 7;
    free(malloc(1));
    printf("success %d\n", errno);
    printf("malloc %d\n", failed(malloc(most)));
    printf("calloc %d\n", failed(calloc(half, 2)));
    printf("realloc %d\n", failed(realloc(live, most)));
    printf("aligned_alloc %d\n", failed(aligned_alloc(64, most - 63)));
    while (malloc(65536))
        continue;
    printf("exhausted %d\n", errno);
    printf("posix_memalign %d", posix_memalign(&out, 16, most));
    errno = 7;
    printf(" %d", posix_memalign(&out, 24, 1));
    printf(" %d", posix_memalign(&out, 2, 1));
    printf(" %d", posix_memalign(&out, 0, 1));
    printf(", errno %d, out %s\n", errno, out == live ? "kept" : "changed");
    free(live);
    printf("and %d\n", posix_memalign(&out, 32, 1));
    return (uintptr_t)out % 32 != 0;
}
