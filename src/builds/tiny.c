/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tiny: the C family, small, in a memory that never grows. */
#include "../core/compiler.h"
#include "../include/tlsf_malloc.h"

/* Inlined or not, for bytes. */
struct heap;
struct block;
static NOINLINE struct block *bins_floor(const struct heap *, size_t);

#include "../exports/plain.h"
#include "pages.h"

#include "../flat/map_float.h"

#include "../core/bytes.h"
#include "../flat/look.h"
#include "../flat/fixed.h"
#include "../flat/family.h"
#include "../flat/more.h"
