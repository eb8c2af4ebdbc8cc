/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Names of our own: "tlsf.malloc" and so on, which no C program can have. By
 * them the objects of an archive find each other.
 */
#ifndef TLSF_OWN_H
#define TLSF_OWN_H

/* Behind a declaration. */
#define OWN(name) __asm__("tlsf." name) __attribute__((visibility("hidden")))

/* The same, for a function: if another object defines it too, the linker takes
   that one in a program that has both. */
#define OWN_WEAK(name) OWN(name) __attribute__((weak))

/* The same function by a further name, which programs call. */
#define IS(name) __attribute__((alias("tlsf." name)))

#endif
