/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Only the C library names errno. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    if (malloc(SIZE_MAX)) return 1;
    printf("%m\n");
    return 0;
}
