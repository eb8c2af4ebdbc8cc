/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* heap.o beside tiny: the functions of tlsf_heap.h. */
#include "../core/compiler.h"

#include "../exports/own.h"
#include "pages.h"

#include "../flat/map_float.h"

#include "../core/bytes.h"
#include "../flat/look.h"
#include "../flat/fixed.h"
#include "../flat/lists.h"
#include "../flat/trust.h"

#include "../core/rest.h"
#include "../flat/inspect.h"
#include "../flat/one_pool.h"

#include "../core/elsewhere.h"
#include "../core/inside.h"
#include "../core/view.h"
#include "../exports/heap.h"
