/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* heap.o beside threads: the functions of tlsf_heap.h. */
#include "../core/compiler.h"

#include "../exports/own.h"
#include "pages.h"
#include "place.h"

#include "../threads/limit.h"
#include "../flat/map_float.h"

#include "../core/bytes.h"
#include "../flat/look.h"
#include "../threads/grow.h"
#include "../flat/lists.h"
#include "../flat/trust.h"

#include "../core/rest.h"
#include "../flat/inspect.h"
#include "../core/row_steps.h"
#include "../core/noted_growth.h"

#include "../core/elsewhere.h"
#include "../threads/inside.h"
#include "../core/view.h"
#include "../exports/heap.h"
