/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* fast: the C family for speed. */
#include "../core/compiler.h"
#include "../include/tlsf_malloc.h"

/* Inlined, and not, for time: bench/IDEAS.md has what was tried. */
struct heap;
struct quick;
struct block;
static ALWAYS_INLINE void *heap_trim(struct heap *, struct block *, size_t,
                                     size_t, size_t);
static ALWAYS_INLINE void bins_join(struct heap *, struct block *,
                                    struct block *, const struct block *, bool);
NOINLINE static void heap_free(struct heap *, struct block *);
NOINLINE static void *heap_serve(struct heap *, size_t, size_t);
NOINLINE void *family_aligned_alloc(size_t, size_t);
COLD static void heap_release(struct heap *, void *);
COLD static void quick_flush(struct quick *, struct heap *);
COLD static void *malloc_more(size_t);

#include "../exports/plain.h"
#include "pages.h"

#include "../fast/index.h"

#include "../core/bytes.h"
#include "../core/look.h"
#include "../core/map_integer.h"
#include "../fast/family.h"
