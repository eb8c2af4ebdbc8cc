/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* threads: the C family over one heap for all threads of a shared memory. */
#include "../core/compiler.h"
#include "../include/tlsf_malloc.h"

/* Inlined or not, for bytes. */
struct heap;
struct block;
static ALWAYS_INLINE struct block *grow_limit(void);
static NOINLINE void *heap_realloc(struct heap *, struct block *, size_t);
static ALWAYS_INLINE void heap_end(void *);
static NOINLINE void *heap_slide(struct heap *, struct block *, struct block *,
                                 size_t);
static ALWAYS_INLINE void *heap_copy_outside(void *, struct block *, size_t);
static NOINLINE bool lock_try(void);
static NOINLINE void lock_leave(void);

#include "../exports/threads.h"
#include "pages.h"
#include "place.h"
#include "wait.h"

#include "../flat/map_float.h"

#include "../core/bytes.h"
#include "../flat/look.h"
#include "../threads/grow.h"
#include "../threads/family.h"
