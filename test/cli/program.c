/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program that allocates, and exports no function of the allocator. */
void *malloc(unsigned long);
void free(void *);

int run(int n) {
    char *p = malloc((unsigned long)n);
    if (!p) return 0;
    for (int i = 0; i < n; i++)
        p[i] = (char)i;
    int last = p[n - 1];
    free(p);
    return last;
}
