/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What `next` of a list's last block says: NULL, as an empty bin does.
   (hard/ends.h is the other answer.) */
#ifndef TLSF_ENDS_H
#define TLSF_ENDS_H

#include "bins.h"

static struct block *ends_none(void) { return NULL; }

static struct block *ends_read(struct block *next) { return next; }

#endif
