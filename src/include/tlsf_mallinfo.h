/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * mallinfo, mallinfo2 and malloc_trim for programs that expect them. Where
 * libc's <malloc.h> declares them, include that instead. tlsf_heap.h tells
 * more. Each is an object of its own in the archives.
 */
#ifndef TLSF_MALLINFO_H
#define TLSF_MALLINFO_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* glibc's fields. Bytes of a block are those of tlsf_heap_stats. */
struct mallinfo2 {
    size_t arena;    /* bytes of memory that the heap has */
    size_t ordblks;  /* free blocks */
    size_t smblks;   /* 0 */
    size_t hblks;    /* 0 */
    size_t hblkhd;   /* 0 */
    size_t usmblks;  /* as arena, since the heap gives no memory back */
    size_t fsmblks;  /* 0 */
    size_t uordblks; /* bytes in use, with all headers: arena - fordblks */
    size_t fordblks; /* free bytes */
    size_t keepcost; /* 0: malloc_trim can give nothing back */
};

/* The same as int: a number from 2^31 on is negative. */
struct mallinfo {
    int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks,
        fordblks, keepcost;
};

/* Both visit every block. */
struct mallinfo2 mallinfo2(void);
struct mallinfo mallinfo(void);

/* Returns 0: no memory was given back, which wasm can't do. `pad` does not
   matter. */
int malloc_trim(size_t pad);

#ifdef __cplusplus
}
#endif

#endif
