/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The layout of a build with the flat core. */
#include "build.h"

#include "flat.h"
#include "layout.h"
#include "own.h"
