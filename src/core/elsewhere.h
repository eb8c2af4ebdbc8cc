/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* malloc and free of a heap whose family is in another object (needs.h). */
#ifndef TLSF_ELSEWHERE_H
#define TLSF_ELSEWHERE_H

void *family_malloc(size_t size) OWN("malloc");
void family_free(void *p) OWN("free");

static void *heap_malloc(struct heap *h, size_t request) {
    (void)h; /* there is one */
    return family_malloc(request);
}

static void heap_release(struct heap *h, void *payload) {
    (void)h;
    family_free(payload);
}

#endif
