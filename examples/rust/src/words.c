/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A library of C as it could be anybody's: it calls malloc and realloc, and
   leaves it to its caller to free what it returns. */
#include <stdbool.h>
#include <stddef.h>
#include <tlsf_malloc.h>

static bool is_space(char c) { return c == ' ' || c == '\n'; }

/* The bytes to the next space, or to the end of the text. */
static size_t word_length(const char *text) {
    size_t n = 0;
    while (text[n] && !is_space(text[n]))
        n++;
    return n;
}

/* The first n bytes of a text in a block of their own. */
static char *word_copy(const char *text, size_t n) {
    char *word = malloc(n + 1);
    if (!word) return NULL;
    for (size_t i = 0; i < n; i++)
        word[i] = text[i];
    word[n] = 0;
    return word;
}

/* Frees words and their array. */
static void words_free(char **words, size_t count) {
    while (count)
        free(words[--count]);
    free(words);
}

/* The words of a text, in a block that *words becomes; NULL if there are none.
   Returns how many there are, which are the caller's too; (size_t)-1 if memory
   is full, and then nothing is left. */
size_t words_split(const char *text, char ***words) {
    size_t count = 0;
    *words = NULL;
    while (*text) {
        size_t n = word_length(text);
        if (n) {
            char **longer = realloc(*words, (count + 1) * sizeof *longer);
            if (longer) *words = longer;
            if (!longer || !(longer[count] = word_copy(text, n))) {
                words_free(*words, count);
                return (size_t)-1;
            }
            count++;
        }
        text += n + is_space(text[n]);
    }
    return count;
}

/* Ends a text of n bytes, whose block becomes C's, by a mark. Returns it in a
   block that is the caller's; NULL if memory is full. */
char *words_end(char *text, size_t n) {
    char *longer = realloc(text, n + 2);
    if (!longer) {
        free(text);
        return NULL;
    }
    longer[n] = '.';
    longer[n + 1] = 0;
    return longer;
}
