/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What libtlsf-threads.a has beside tlsf_malloc.h. There any thread may call
 * any function at any time, and free what another thread allocated. One lock
 * guards the heap: who comes while another thread is inside waits in line, and
 * nobody waits for ever. No thread waits while bytes are copied or cleared.
 *
 * A thread that waits looks at memory again and again (it spins). A thread that
 * may sleep does so after a while and is woken up. In a browser the main thread
 * and an audio worklet may not: the engine ends a program in which they do. So
 * a thread spins unless it said that it may sleep.
 *
 * A thread that ends inside the heap, by a trap or because it is terminated,
 * leaves the lock held, and all others wait for ever. A realloc that moves its
 * block leaves the heap while it copies, so it queues twice.
 */
#ifndef TLSF_THREADS_H
#define TLSF_THREADS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Says whether this thread, that is this instance, may sleep while it waits for
 * another; at first it may not. (createHeap and loadHeap of the JavaScript
 * loader say so by themselves, heapOf does not.) (From outside, this is the
 * global `tlsf_may_wait` of the instance, 1 or 0, if the program exports it:
 * wasm-ld --export=tlsf_may_wait.)
 */
void tlsf_set_may_wait(bool may);

/*
 * The same as malloc, but it never waits: it returns NULL if another thread is
 * inside the heap or first in line for it, or if no free block is large enough.
 * Memory does not grow, and errno stays as it is. O(1). A multiple of 16.
 */
void *tlsf_try_malloc(size_t size);

/*
 * The same as free, but it never waits: it returns false if another thread is
 * inside the heap or first in line for it. Then p is still a live block. True
 * for NULL. O(1). Undefined if p is not a live pointer.
 */
bool tlsf_try_free(void *p);

#ifdef __cplusplus
}
#endif

#endif
