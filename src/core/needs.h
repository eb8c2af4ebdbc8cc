/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What both heaps need of their build. A heap.h includes this behind its
   bins.h. */
#ifndef TLSF_NEEDS_H
#define TLSF_NEEDS_H

/* bytes.h or bytes_loop.h. `to` may lie before `from` and overlap it. The bytes
   after them, up to the next word, may be copied or cleared too. */
static void bytes_copy(void *to, const void *from, size_t n);
static void bytes_clear(void *p, size_t n);

/* malloc() and free() as the API's layer has them, so that no second functions
   are needed (size: 12). */
static void *heap_malloc(struct heap *h, size_t request);
static void heap_release(struct heap *h, void *payload);

/* Copies `bytes` of b's payload to q, frees b and returns q. */
static void *heap_move(struct heap *h, void *q, struct block *b, size_t bytes);

#endif
