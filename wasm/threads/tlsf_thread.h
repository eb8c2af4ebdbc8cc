/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the wasm port knows of threads: there are many, and each has an errno of
 * its own, if the program uses one: then wasm/threads/errno.c is linked,
 * and both of these are not missing. (wasm/tlsf_thread.h is the other answer.)
 */
#ifndef TLSF_THREAD_H
#define TLSF_THREAD_H

extern char errno_is_here __asm__("tlsf.errno") __attribute__((weak));
void errno_set(int error) __asm__("tlsf.errno_set") __attribute__((weak));

static void pages_set_errno(int error) {
    if (&errno_is_here) errno_set(error);
}

#endif
