/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The port to a memory that never grows. What the linker left behind the
 * program's data is all that there is:
 *
 *   0                  __heap_base                __heap_end
 *   [ data and stack ][ ours ................... ][ what others grow ]
 *
 * The linker knows both addresses, so the program does not ask how long memory
 * is, and it does not matter whether that is counted in pages or in bytes
 * (wasm-ld --page-size=1).
 */
#ifndef TLSF_PAGES_H
#define TLSF_PAGES_H

#include <stddef.h>
#include <stdint.h>

/* The error numbers of WASI. */
enum { PAGES_EINVAL = 28, PAGES_ENOMEM = 48 };

/* The linker's: the end of data and stack, and the end of the memory that the
   module begins with. Both may have any alignment. */
extern char __heap_base, __heap_end;

/* pages_set_errno, and whether there are other threads. A port may have a file
   of its own. */
#include <tlsf_thread.h>

static uintptr_t pages_start(void) { return (uintptr_t)&__heap_base; }
static uintptr_t pages_end(void) { return (uintptr_t)&__heap_end; }

/* Where memory ended when the program began. */
static uintptr_t pages_limit(void) { return pages_end(); }

#endif
