/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Addresses and sizes of blocks, in both cores. A block.h includes this behind
   its struct and its constants: HEAD, BLOCK_COST, BLOCK_MIN. */
#ifndef TLSF_ADDRESS_H
#define TLSF_ADDRESS_H

static uintptr_t align_up(uintptr_t n, size_t align) {
    return (n + align - 1) & ~(uintptr_t)(align - 1);
}

static struct block *block_at(struct block *b, size_t distance) {
    return (struct block *)((uintptr_t)b + distance);
}

static void *block_payload(struct block *b) {
    return (void *)((uintptr_t)b + HEAD);
}

/* The block of a payload. Only the API's layer calls it: on what users pass,
   and on what its own malloc returned. */
static struct block *block_of(const void *payload) {
    return (struct block *)((uintptr_t)payload - HEAD);
}

/* The first block of a pool that begins at `start`. */
static struct block *pool_first(uintptr_t start) {
    return (struct block *)(align_up(start + BLOCK_COST, TLSF_ALIGN) - HEAD);
}

/* The size of the block that a request takes; request <= REQUEST_MAX. */
static size_t block_size_for(size_t request) {
    size_t size = align_up(request + BLOCK_COST, TLSF_ALIGN);
    return BLOCK_MIN > TLSF_ALIGN && size < BLOCK_MIN ? BLOCK_MIN : size;
}

#endif
