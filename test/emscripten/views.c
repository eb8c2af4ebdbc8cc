/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory grows, and JavaScript reads what was written there, through its views.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    size_t last = (20u << 20) - 32;
    for (int i = 0; i < 3; i++) {
        char *p = malloc(20u << 20);
        if (!p) return 1;
        strcpy(p + last, "text in new memory");
        puts(p + last);
    }
    return 0;
}
