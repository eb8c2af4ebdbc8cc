// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rust's allocator over the C family.

use core::alloc::{GlobalAlloc, Layout};

use crate::family::{self, ALIGN};

/// The allocator. It has no state of its own: all values are the same heap,
/// which is also C's.
///
/// If memory can't be had, it returns null, and the heap is as before; so
/// `Vec::try_reserve` gives an error. A layout may have any alignment. A size of
/// 0, which Rust never asks for, gives a block of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tlsf;

/// Does a block of malloc suit the layout? Mostly the compiler knows.
#[inline]
fn is_common(layout: &Layout) -> bool {
    layout.align() <= ALIGN
}

// SAFETY: the family keeps malloc's contract, never unwinds, and has aligned
// functions for what needs more than ALIGN. It is Sync, because an archive
// without a lock does not link into a program whose memory is shared.
unsafe impl GlobalAlloc for Tlsf {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_common(&layout) {
            return family::malloc(layout.size());
        }
        family::aligned_alloc(layout.align(), layout.size())
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        family::free(block)
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if is_common(&layout) {
            return family::calloc(1, layout.size());
        }
        let block = self.alloc(layout);
        if !block.is_null() {
            block.write_bytes(0, layout.size());
        }
        block
    }

    /// Grows or shrinks in place where it can. A block that needs more than 16
    /// bytes of alignment only shrinks so, and moves if it must grow.
    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if is_common(&layout) {
            return family::realloc(block, size);
        }
        family::aligned_realloc(block, layout.align(), size)
    }
}

/// The bytes that a block may hold, at least as many as were asked for. C may use
/// them all. Rust must first reallocate its block to them, which does not move
/// it, because the compiler knows how many bytes were asked for.
///
/// # Safety
///
/// `block` must be a live block of this heap, allocated by Rust or by C, or null,
/// which has 0 bytes.
#[inline]
pub unsafe fn usable_size(block: *const u8) -> usize {
    family::malloc_usable_size(block)
}
