/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* fast: the C family for speed. */
#include "../core/compiler.h"
#include "../include/tlsf_malloc.h"

/* Inlined, and not, for time: bench/IDEAS.md has what was tried. */
struct heap;
struct block;
static ALWAYS_INLINE void heap_free(struct heap *, struct block *);
static ALWAYS_INLINE void *heap_large(struct heap *, size_t);
NOINLINE static void *heap_small(struct heap *, size_t);
static ALWAYS_INLINE void bins_insert(struct heap *, struct block *, size_t);
static ALWAYS_INLINE void heap_split(struct heap *, struct block *, size_t,
                                     bool);
static ALWAYS_INLINE void *heap_cut_top(struct heap *, size_t);
COLD static void *heap_grown(struct heap *, size_t);
COLD void *family_realloc(void *, size_t);
COLD void *family_aligned_alloc(size_t, size_t);
COLD static struct block *grow_to(struct heap *, size_t);

#include "../exports/plain.h"
#include "pages.h"

#include "../core/bytes.h"
#include "../fast/family.h"
#include "../core/growth.h"
