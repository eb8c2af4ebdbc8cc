/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The whole memory is the module's: its state has fixed addresses. */
#include "../own/layout.h"
