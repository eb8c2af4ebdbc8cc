/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The port to Emscripten: memory comes from its break, as sbrk's does. What
 * lies below the break is somebody's; memory between the break and its end is
 * free for whoever moves the break first. So others may call sbrk at any time,
 * also before the first call of malloc, and what they got stays theirs. Debug
 * modes of Emscripten that look at the break work too.
 *
 *   [ data, stack ][ ours ][ somebody's sbrk ][ ours ]  break  [ free ]  end
 *
 * A page is short, so little is lost where somebody else has moved the break:
 * we put it at a multiple of a page.
 */
#ifndef TLSF_PAGES_H
#define TLSF_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_LOG = 12, WASM_PAGE_LOG = 16 };

/* The error numbers of Emscripten. */
enum { PAGES_EINVAL = 28, PAGES_ENOMEM = 48 };

/* The linker's: the end of data and stack, where the break is at first. */
extern char __heap_base;

/* Where the break is, of <emscripten/heap.h>. It comes with sbrk, whose
   definition takes the place of this one in a program that has it. */
__attribute__((weak)) uintptr_t *emscripten_get_sbrk_ptr(void) {
    static uintptr_t own = (uintptr_t)&__heap_base;
    return &own;
}

/* Of <emscripten/heap.h>, too: the most bytes that memory may have; and what
   makes memory longer and JavaScript's views of it anew. */
size_t emscripten_get_heap_max(void);
bool emscripten_resize_heap(size_t size);

/* Tells JavaScript that memory has grown. Only STANDALONE_WASM has it here. */
void emscripten_notify_memory_growth(size_t memory) __attribute__((weak));

int *__errno_location(void);

/*
 * Does nothing and is never called. A fence that is compiled without atomics
 * makes LLVM write "-shared-mem" into the object, and then the linker refuses
 * it where memory is shared (-pthread): nothing here takes a lock. It is weak,
 * since two objects of an archive have it.
 */
__attribute__((visibility("hidden"), weak)) void pages_are_not_shared(void) {
    __atomic_signal_fence(__ATOMIC_ACQ_REL);
}

/* Pages below the break. */
static size_t pages_count(void) {
    return (*emscripten_get_sbrk_ptr() + (1 << PAGE_LOG) - 1) >> PAGE_LOG;
}

/*
 * Makes memory at least `end` bytes long. Emscripten's function would end the
 * program where memory can't grow, unless it is linked with ABORTING_MALLOC=0,
 * so it is called only below the most that memory may have. Where that is what
 * memory has, it can't grow, or this is STANDALONE_WASM, which does not know
 * the most.
 */
static bool memory_reaches(size_t end) {
    size_t size = __builtin_wasm_memory_size(0) << WASM_PAGE_LOG;
    if (end <= size) return true;
    size_t most = emscripten_get_heap_max();
    if (most != size) return end <= most && emscripten_resize_heap(end);
    size_t more = ((end - size - 1) >> WASM_PAGE_LOG) + 1;
    if (__builtin_wasm_memory_grow(0, more) == SIZE_MAX) return false;
    if (emscripten_notify_memory_growth) emscripten_notify_memory_growth(0);
    return true;
}

/* Moves the break n pages on; 0 always succeeds. As in Emscripten, memory ends
   a page of wasm before 2^32 at the latest. */
static bool pages_grow(size_t n) {
    if (!n) return true;
    size_t pages = pages_count() + n;
    if (pages > (SIZE_MAX - (1 << WASM_PAGE_LOG)) >> PAGE_LOG) return false;
    if (!memory_reaches(pages << PAGE_LOG)) return false;
    *emscripten_get_sbrk_ptr() = pages << PAGE_LOG;
    return true;
}

/* Nothing is ours at first. */
static uintptr_t pages_start(void) { return (uintptr_t)&__heap_base; }
static uintptr_t pages_end(void) { return 0; }

/* The bytes below an address, to which growth is in proportion. */
static size_t pages_below(uintptr_t at) { return at; }

static void pages_set_errno(int error) { *__errno_location() = error; }

#include "core/whole_pages.h"

#endif
