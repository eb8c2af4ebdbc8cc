/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* min: malloc and free in the fewest bytes. The top lies in the bins. */
#include "../include/tlsf_malloc.h"

#include "../exports/plain.h"
#include "pages.h"

#include "../small/index.h"

#include "../core/bytes.h"
#include "../core/map_float.h"
#include "../core/no_look.h"
#include "../core/top_in_bins.h"
#include "../small/family.h"
