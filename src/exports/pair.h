/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * malloc and free by their public names, each an alias of the function itself:
 * there is no shell around it. A build includes this before its family.
 *
 * The functions are called by names of their own (own.h). They are not static:
 * the compiler would then give them the public names, and somebody who wraps or
 * replaces one of them (wasm-ld --wrap) would also see the calls from inside.
 */
#ifndef TLSF_EXPORTS_PAIR_H
#define TLSF_EXPORTS_PAIR_H

#include <stddef.h>

#include "own.h"

void *family_malloc(size_t size) OWN("malloc");
void family_free(void *p) OWN("free");

void *malloc(size_t size) IS("malloc");
void free(void *p) IS("free");

#endif
