/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* malloc and free of the one heap (needs.h), by the functions of its family. */
#ifndef TLSF_ONE_HEAP_H
#define TLSF_ONE_HEAP_H

static void *heap_malloc(struct heap *h, size_t request) {
    (void)h; /* there is one */
    return family_malloc(request);
}

static void heap_release(struct heap *h, void *payload) {
    (void)h;
    family_free(payload);
}

#endif
