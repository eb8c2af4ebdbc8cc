/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* min: malloc and free in the fewest bytes. */
#include "../core/compiler.h"
#include "../include/tlsf_malloc.h"

/* Inlined, for bytes. */
struct block;
static ALWAYS_INLINE struct block *grow_limit(void);

#include "../exports/pair.h"
#include "pages.h"

#include "../flat/map_float.h"

#include "../flat/first.h"
#include "../flat/grow.h"
#include "../flat/pair.h"
#include "../flat/growth_of_one.h"
