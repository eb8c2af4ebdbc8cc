/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where the one heap of a family lies. */
#ifndef TLSF_LAYOUT_OWN_H
#define TLSF_LAYOUT_OWN_H

/* The first payload of memory that begins with the program's. */
size_t layout_first(void) {
    return (size_t)block_payload(check_first((void *)pages_start()));
}

/* The state's address. */
size_t layout_state(void) { return (size_t)heap_state(); }

#endif
