/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* emscripten: the C family of full, under the names that Emscripten calls. */
#include "../core/compiler.h"
#include "../include/tlsf_malloc.h"

/* Inlined, for time: the table in bench/IDEAS.md. */
struct heap;
struct block;
static ALWAYS_INLINE void *heap_trim(struct heap *, struct block *, size_t,
                                     size_t, size_t);
static ALWAYS_INLINE void bins_join(struct heap *, struct block *,
                                    struct block *, const struct block *, bool);

#include "../exports/emscripten.h"
#include "pages.h"

#include "../small/index.h"

#include "../core/bytes.h"
#include "../core/map_float.h"
#include "../core/look.h"
#include "../small/top_apart.h"

#include "../small/family.h"
