/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The C family by its public names, and what never waits. */
#ifndef TLSF_EXPORTS_THREADS_H
#define TLSF_EXPORTS_THREADS_H

#include "plain.h"

#include "../include/tlsf_threads.h"

void *family_try_malloc(size_t size) OWN("try_malloc");
bool family_try_free(void *p) OWN("try_free");

void *tlsf_try_malloc(size_t size) IS("try_malloc");
bool tlsf_try_free(void *p) IS("try_free");

#endif
