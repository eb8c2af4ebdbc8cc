/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* checked: the C family for debugging, which names misuse where it happens. */
#include "../core/compiler.h"
#include "../include/tlsf_malloc.h"

/* Inlined or not, for bytes; and those whose names a stack trace shows. */
struct heap;
struct block;
static ALWAYS_INLINE struct block *grow_limit(void);
static ALWAYS_INLINE struct block *grow_to(struct heap *, size_t);
static NOINLINE void bins_flip(struct heap *, const struct block *);
static NOINLINE struct block *bins_floor(const struct heap *, size_t);
static NOINLINE void bytes_fill(uintptr_t, uintptr_t, unsigned char);
_Noreturn static NOINLINE void fault_misaligned_pointer(const void *),
    fault_foreign_pointer(const void *), fault_freed_pointer(const void *),
    fault_interior_pointer(const void *),
    fault_write_before_block(const void *),
    fault_write_behind_block(const void *),
    fault_write_after_free(const void *), fault_broken_heap(const void *);

#include "../exports/plain.h"
#include "pages.h"

#include "../flat/map_float.h"

#include "../core/bytes.h"
#include "../flat/look.h"
#include "../flat/grow.h"
#include "../checked/family.h"
