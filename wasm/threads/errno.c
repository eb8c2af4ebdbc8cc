/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * errno for a program whose threads each have one: it takes the place of libc's
 * if this archive is the first of the command line. The heap is told by a byte
 * that it is here, and sets it by this function: a linker takes no weak
 * reference to a thread's variable.
 */
__asm__(".globaltype __tls_size, i32, immutable\n");

_Thread_local int errno;

extern char errno_is_here __asm__("tlsf.errno");
char errno_is_here = 1;

void errno_set(int error) __asm__("tlsf.errno_set");
void errno_set(int error) {
    /* Only the linker of a shared memory has this global. In other programs it
       would place a thread's variable wrong, and is stopped. */
    __asm__ volatile("global.get __tls_size\n\tdrop");
    errno = error;
}
