/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where the state of the flat heap lies: in the program's data. A port that
   says nothing else has this file. */
#include "flat/linked.h"
