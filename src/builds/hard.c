/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* hard: the C family, small, which traps on misuse in O(1). */
#include "../core/compiler.h"
#include "../include/tlsf_malloc.h"

/* Inlined or not, for bytes. */
struct heap;
struct block;
static ALWAYS_INLINE struct block *grow_limit(void);
static NOINLINE void *heap_realloc(struct heap *, struct block *, size_t);
static NOINLINE struct block *bins_floor(const struct heap *, size_t);
static NOINLINE void bins_flip(struct heap *, const struct block *);
static NOINLINE void block_require(struct block *, size_t);

#include "../exports/plain.h"
#include "pages.h"

#include "../flat/map_float.h"

#include "../core/bytes.h"
#include "../flat/look.h"
#include "../flat/grow.h"
#include "../hard/family.h"
