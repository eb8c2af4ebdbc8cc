/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What mimalloc's part of libc imports from the host, defined here, so that its
 * module imports nothing: there are no files and no environment, and the clock
 * stands still. mimalloc asks it when to give memory back, which wasm can't do.
 */
#include <stdint.h>

#define WASI(name) __imported_wasi_snapshot_preview1_##name

enum { NOSYS = 52 };

int WASI(environ_get)(int list, int text) {
    (void)list, (void)text;
    return NOSYS;
}

int WASI(environ_sizes_get)(int count, int bytes) {
    (void)count, (void)bytes;
    return NOSYS;
}

int WASI(clock_time_get)(int clock, int64_t precision, int now) {
    (void)clock, (void)precision;
    *(int64_t *)now = 0;
    return 0;
}

int WASI(fd_close)(int file) {
    (void)file;
    return NOSYS;
}

int WASI(fd_fdstat_get)(int file, int stat) {
    (void)file, (void)stat;
    return NOSYS;
}

int WASI(fd_seek)(int file, int64_t by, int from, int at) {
    (void)file, (void)by, (void)from, (void)at;
    return NOSYS;
}

int WASI(fd_write)(int file, int texts, int count, int written) {
    (void)file, (void)texts, (void)count, (void)written;
    return NOSYS;
}

int WASI(sched_yield)(void) { return NOSYS; }

void WASI(proc_exit)(int status) {
    (void)status;
    __builtin_trap();
}

void __wasm_call_ctors(void);

/* mimalloc sets itself up at the first call. Because somebody calls the
   constructors, the linker does not call them in each exported function. */
void _initialize(void) { __wasm_call_ctors(); }
