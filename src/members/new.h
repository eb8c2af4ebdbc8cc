/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * operator new and delete for C++ without its library: what their files share.
 *
 * They stand above the C family and call it by its public names, so a program
 * that wraps or replaces malloc serves them too. They know no exceptions and no
 * new handler: a new that may not return NULL traps.
 *
 * A program may replace each of these functions. Then the others must call its
 * function, as the standard says, or must not be linked beside it:
 *
 *   new[] calls new, and each delete calls a simpler one, by their public
 *   names. They are weak, so they give way to those of the program.
 *
 *   A nothrow form can't call a new that traps, so it takes its memory from
 *   malloc. If the program replaced that new, and not the nothrow form, the
 *   block would come from malloc and go to the program's delete. So the object
 *   of a nothrow form also has the new without nothrow, and this one is not
 *   weak: the linker then reports a duplicate symbol. Whoever replaces a new
 *   also replaces its nothrow form, if the program uses it.
 *
 * libc++abi's functions are all weak, so both can be linked; the first archive
 * of the command line serves.
 */
#ifndef TLSF_NEW_H
#define TLSF_NEW_H

#include "../include/tlsf_malloc.h"

#define WEAK __attribute__((weak))

namespace std {
struct nothrow_t {};
enum class align_val_t : size_t {};
} // namespace std

/* What a compiler does not declare by itself. */
void *operator new(size_t, const std::nothrow_t &) noexcept;
void *operator new(size_t, std::align_val_t, const std::nothrow_t &) noexcept;

static void *or_trap(void *p) {
    if (!p) __builtin_trap();
    return p;
}

static void *malloc_aligned(size_t size, std::align_val_t align) {
    return aligned_alloc(static_cast<size_t>(align), size);
}

#endif
