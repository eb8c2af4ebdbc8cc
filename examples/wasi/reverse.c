/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Prints the lines of standard input, the last first. README.md builds it. */
#include <stdio.h>
#include <stdlib.h>

struct line {
    struct line *before;
    char *text;
};

static struct line *line_read(struct line *before) {
    size_t capacity = 0;
    struct line *line = malloc(sizeof *line);
    if (!line) abort();
    *line = (struct line){.before = before};
    if (getline(&line->text, &capacity, stdin) >= 0) return line;
    free(line->text);
    free(line);
    return NULL;
}

int main(void) {
    struct line *last = NULL;
    for (struct line *l; (l = line_read(last));)
        last = l;
    while (last) {
        struct line *line = last;
        fputs(line->text, stdout);
        last = line->before;
        free(line->text);
        free(line);
    }
    return 0;
}
