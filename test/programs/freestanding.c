/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SQLite without a C library and without files: a script runs over a database
 * in memory, and what sqlite.c would print becomes one string. And the few
 * functions of freestanding.h.
 */
#include "sqlite3.h"
#include "tlsf_heap.h"

/* ---- C's library ---- */

void *memcpy(void *to, const void *from, size_t n) {
    return memmove(to, from, n);
}

void *memmove(void *to, const void *from, size_t n) {
    char *d = to;
    const char *s = from;
    if (d < s) {
        for (size_t i = 0; i < n; i++)
            d[i] = s[i];
    } else {
        while (n--)
            d[n] = s[n];
    }
    return to;
}

void *memset(void *to, int byte, size_t n) {
    for (size_t i = 0; i < n; i++)
        ((char *)to)[i] = (char)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t n) {
    const unsigned char *x = a, *y = b;
    for (size_t i = 0; i < n; i++)
        if (x[i] != y[i]) return x[i] - y[i];
    return 0;
}

void *memchr(const void *bytes, int byte, size_t n) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++)
        if (at[i] == (unsigned char)byte) return (void *)(at + i);
    return NULL;
}

size_t strlen(const char *text) {
    size_t n = 0;
    while (text[n])
        n++;
    return n;
}

int strncmp(const char *a, const char *b, size_t n) {
    size_t length = strlen(a) + 1;
    return memcmp(a, b, n < length ? n : length);
}

int strcmp(const char *a, const char *b) {
    return strncmp(a, b, strlen(a) + 1);
}

char *strchr(const char *text, int c) {
    return memchr(text, c, strlen(text) + 1);
}

char *strrchr(const char *text, int c) {
    for (size_t n = strlen(text) + 1; n--;)
        if (text[n] == (char)c) return (char *)text + n;
    return NULL;
}

/* The bytes at the start of a text that are in a set, or are not. */
static size_t span(const char *text, const char *set, int within) {
    size_t n = 0;
    while (text[n] && !!strchr(set, text[n]) == within)
        n++;
    return n;
}

size_t strspn(const char *text, const char *set) { return span(text, set, 1); }
size_t strcspn(const char *text, const char *set) { return span(text, set, 0); }

/* ---- The system: there are no files, and it is always the same time ---- */

static int vfs_random(sqlite3_vfs *vfs, int n, char *bytes) {
    (void)vfs;
    memset(bytes, 7, (size_t)n);
    return n;
}

static int vfs_time(sqlite3_vfs *vfs, double *days) {
    (void)vfs;
    *days = 2460000.5;
    return SQLITE_OK;
}

int sqlite3_os_init(void) {
    static sqlite3_vfs vfs = {
        .iVersion = 1,
        .szOsFile = sizeof(sqlite3_file),
        .mxPathname = 100,
        .zName = "none",
        .xRandomness = vfs_random,
        .xCurrentTime = vfs_time,
    };
    return sqlite3_vfs_register(&vfs, 1);
}

int sqlite3_os_end(void) { return SQLITE_OK; }

/* ---- The program ---- */

static struct {
    char *text;
    size_t length, room;
} output;

/* Appends a text. Returns whether there is no memory for it. */
static int print(const char *text) {
    size_t n = strlen(text);
    if (output.length + n >= output.room) {
        size_t room = 2 * (output.length + n) + 1;
        char *longer = realloc(output.text, room);
        if (!longer) return 1;
        output.text = longer;
        output.room = room;
    }
    memcpy(output.text + output.length, text, n + 1);
    output.length += n;
    return 0;
}

static int row_print(void *unused, int count, char **cells, char **names) {
    (void)unused, (void)names;
    for (int i = 0; i < count; i++)
        if (print(i ? "|" : "") || print(cells[i] ? cells[i] : "NULL"))
            return 1;
    return print("\n");
}

/* Runs a script. Returns what it printed, in a block that is the caller's; NULL
   if anything went wrong. */
char *script_output(const char *script) {
    sqlite3 *db;
    int status = sqlite3_open(":memory:", &db);
    if (status == SQLITE_OK)
        status = sqlite3_exec(db, script, row_print, NULL, NULL);
    if (sqlite3_close(db) != SQLITE_OK || status != SQLITE_OK) return NULL;
    sqlite3_shutdown();
    if (!sqlite3_memory_used()) print("bytes left: 0\n");
    return output.text;
}

/* How many blocks there are. */
int used_blocks(void) {
    struct tlsf_heap_stats stats;
    tlsf_heap_stats(&stats);
    return (int)stats.used_blocks;
}
