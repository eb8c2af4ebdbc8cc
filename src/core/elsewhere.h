/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A heap whose family is in another object. */
#ifndef TLSF_ELSEWHERE_H
#define TLSF_ELSEWHERE_H

void *family_malloc(size_t size) OWN("malloc");
void family_free(void *p) OWN("free");

#include "one_heap.h"

#endif
