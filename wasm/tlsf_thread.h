/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the wasm port knows of threads: there is one. (wasm/threads/ has the
   other answer.) */
#ifndef TLSF_THREAD_H
#define TLSF_THREAD_H

/* wasi-libc's, or that of src/members/errno.c: both lie in archives, and are
   present only where the program uses errno. */
extern int errno __attribute__((weak));

static void pages_set_errno(int error) {
    if (&errno) errno = error;
}

/* Another thread would corrupt the heap. The compiler strips this fence, since
   the target has no atomics, and notes in the object that it must not be linked
   with --shared-memory. Nobody calls this function, so it is not linked; it is
   weak, since two objects of an archive have it. */
__attribute__((visibility("hidden"), weak)) void
pages_of_one_thread(void) __asm__("tlsf.one_thread");
void pages_of_one_thread(void) { __atomic_signal_fence(__ATOMIC_ACQ_REL); }

#endif
