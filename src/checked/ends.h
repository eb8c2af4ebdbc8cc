/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lists end as in the flat heap, and hard/trust.h asks where. */
#ifndef TLSF_CHECKED_ENDS_H
#define TLSF_CHECKED_ENDS_H

#include "../flat/ends.h"

static bool ends_list(const struct block *next) { return !next; }

#endif
