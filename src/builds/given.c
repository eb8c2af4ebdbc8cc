/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* given: heaps over ranges of somebody's memory. */
#include "../core/compiler.h"

/* Inlined or not, for bytes. */
struct heap;
struct block;
static NOINLINE struct block *bins_floor(const struct heap *, size_t);

static NOINLINE void *heap_alloc(struct heap *, size_t);

#include "../exports/given.h"
#include "pages.h"

#include "../flat/map_float.h"

#include "../core/bytes.h"
#include "../flat/look.h"
#include "../given/family.h"
