/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The build under test with its checker; and with the whole C family under its
   public names, also where the build has a part of it only. */
#ifndef TLSF_TESTED_H
#define TLSF_TESTED_H

#include "core_file.h"

#include TLSF_BUILD

#include "core/bytes.h"
#include "exports/plain.h"

#include TLSF_CHECK

#endif
