/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* full: the C family, small. */
#include "../core/compiler.h"
#include "../include/tlsf_malloc.h"

/* Inlined or not, for bytes. */
struct heap;
struct block;
static ALWAYS_INLINE struct block *grow_limit(void);
static NOINLINE void *heap_realloc(struct heap *, struct block *, size_t);
static NOINLINE struct block *bins_floor(const struct heap *, size_t);

#include "../exports/plain.h"
#include "pages.h"

#include "../flat/map_float.h"

#include "../core/bytes.h"
#include "../flat/look.h"
#include "../flat/grow.h"
#include "../flat/family.h"
#include "../core/growth.h"
#include "../flat/more.h"
