/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C family over one heap that grows by itself.
 *
 * Every pointer returned is aligned to 16 bytes (TLSF_ALIGN) and carries
 * malloc_usable_size(p) bytes, at least as many as asked for. A request that
 * can't be met returns NULL and changes nothing; a size of 0 gives a pointer
 * of its own. Where the program has an `errno`, it is then ENOMEM. Passing a
 * pointer that is not a live one from here is undefined. All are O(1) but
 * for growing memory and for the bytes that calloc clears and a move copies.
 * No call may overlap another: there is no lock.
 */
#ifndef TLSF_MALLOC_H
#define TLSF_MALLOC_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* `size` bytes, or NULL. Their content is undefined. */
void *malloc(size_t size);

/* Gives p back; NULL does nothing. */
void free(void *p);

/* count * size bytes, cleared; NULL also where the product overflows. */
void *calloc(size_t count, size_t size);

/*
 * p's bytes in a block of `size` bytes: in place to shrink, into the free
 * block after, or into the end of memory; else moved; and where memory can't
 * grow for that, down into the free block before (not in the fast build,
 * which also moves rather than grow memory behind less than 64 KiB). NULL
 * leaves p valid and unchanged. p == NULL is malloc(size); size 0 is a block of
 * no bytes.
 */
void *realloc(void *p, size_t size);

/* `align`: any power of two; NULL if it is none. `size`: any (C17). */
void *aligned_alloc(size_t align, size_t size);
void *memalign(size_t align, size_t size);

/*
 * 0 and the block in *out; else *out is unchanged and it returns EINVAL
 * (align is no power of two, or less than sizeof(void *)) or ENOMEM (POSIX),
 * which it stores in errno too.
 */
int posix_memalign(void **out, size_t align, size_t size);

/* The bytes that p may hold; 0 for NULL. */
size_t malloc_usable_size(void *p);

#ifdef __cplusplus
}
#endif

#endif
