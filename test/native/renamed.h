/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The family beside the host's own: include it after the host's headers. */
#define malloc family_malloc
#define free family_free
#define calloc family_calloc
#define realloc family_realloc
#define aligned_alloc family_aligned_alloc
#define posix_memalign family_posix_memalign
#define memalign family_memalign
#define malloc_usable_size family_usable_size
#define __libc_malloc family_libc_malloc
#define __libc_free family_libc_free
#define __libc_calloc family_libc_calloc
