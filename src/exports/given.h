/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Heaps over ranges by their public names, as pair.h has the C family's.
   docs/given.md documents them. */
#ifndef TLSF_EXPORTS_H
#define TLSF_EXPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "own.h"

struct range;
struct range_stats;

struct range *range_create(uintptr_t base, size_t size) OWN("create");
bool range_extend(struct range *r, uintptr_t base, size_t size) OWN("extend");
void range_reset(struct range *r) OWN("reset");
void range_destroy(struct range *r) OWN("destroy");
void *range_malloc(struct range *r, size_t size) OWN("malloc");
void range_free(struct range *r, void *p) OWN("free");
void *range_realloc(struct range *r, void *p, size_t size) OWN("realloc");
void *range_aligned_alloc(struct range *r, size_t align, size_t size)
    OWN("aligned_alloc");
size_t range_usable_size(const struct range *r, const void *p)
    OWN("usable_size");
void range_stats(struct range *r, struct range_stats *out) OWN("stats");

struct range *tlsf_create(uintptr_t base, size_t size) IS("create");
bool tlsf_extend(struct range *r, uintptr_t base, size_t size) IS("extend");
void tlsf_reset(struct range *r) IS("reset");
void tlsf_destroy(struct range *r) IS("destroy");
void *tlsf_malloc(struct range *r, size_t size) IS("malloc");
void tlsf_free(struct range *r, void *p) IS("free");
void *tlsf_realloc(struct range *r, void *p, size_t size) IS("realloc");
void *tlsf_aligned_alloc(struct range *r, size_t align, size_t size)
    IS("aligned_alloc");
size_t tlsf_usable_size(const struct range *r, const void *p) IS("usable_size");
void tlsf_stats(struct range *r, struct range_stats *out) IS("stats");

#endif
