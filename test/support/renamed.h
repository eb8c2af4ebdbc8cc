/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The family beside the host's own: include it after the host's headers. */
#define malloc our_malloc
#define free our_free
#define calloc our_calloc
#define realloc our_realloc
#define aligned_alloc our_aligned_alloc
#define posix_memalign our_posix_memalign
#define memalign our_memalign
#define malloc_usable_size our_usable_size
#define __libc_malloc our_libc_malloc
#define __libc_free our_libc_free
#define __libc_calloc our_libc_calloc
