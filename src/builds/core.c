/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* core: the core API over memory that the caller provides. */
#ifdef __cplusplus
#error "compile core.c as C; the program that includes tlsf.h may be C++"
#endif
#include "../include/tlsf.h"

/* Which parts of these are used depends on the parameters. */
#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wunused-function"
#endif

#include "../small/index.h"

#if defined __wasm__ && !defined __wasm_bulk_memory__
#include "../core/bytes_loop.h"
#else
#include "../core/bytes.h"
#endif
#if TLSF_FLOAT
#include "../core/map_float.h"
#else
#include "../core/map_integer.h"
#endif
#include "../core/look.h"

#include "../small/pools.h"

#include "../exports/pools.h"
