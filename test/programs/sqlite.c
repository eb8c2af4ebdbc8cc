/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Runs the SQL script on standard input over the database argv[1]. */
#include "input.h"
#include "sqlite3.h"

static int row_print(void *unused, int count, char **cells, char **names) {
    (void)unused, (void)names;
    for (int i = 0; i < count; i++) {
        printf("%s%s", i ? "|" : "", cells[i] ? cells[i] : "NULL");
    }
    return putchar('\n') == EOF;
}

static int script_run(sqlite3 *db) {
    size_t length;
    char *script = input_read(&length), *message = NULL;
    if (!script) return SQLITE_NOMEM;
    int status = sqlite3_exec(db, script, row_print, NULL, &message);
    if (status != SQLITE_OK) {
        printf("error: %s\n", message ? message : sqlite3_errstr(status));
    }
    sqlite3_free(message);
    free(script);
    return status;
}

int main(int argc, char **argv) {
    sqlite3 *db;
    if (argc != 2) return 2;
    int status = sqlite3_open(argv[1], &db);
    if (status == SQLITE_OK) {
        status = script_run(db);
    } else {
        printf("error: %s\n", sqlite3_errstr(status));
    }
    if (sqlite3_close(db) != SQLITE_OK) return 3;
    sqlite3_shutdown();
    printf("bytes left: %lld\n", (long long)sqlite3_memory_used());
    return status;
}
