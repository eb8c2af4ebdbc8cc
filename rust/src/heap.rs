// SPDX-License-Identifier: MIT OR Apache-2.0
//! Asks and tells the heap: what it holds, whether it is whole, how far it may
//! grow. A program that calls none of these functions has the same bytes as
//! without them.

use core::mem::MaybeUninit;
use core::num::NonZeroI32;

/// What the heap holds. Bytes of a block are those that it may hold, without its
/// header. With the feature `checked` they are the bytes that were asked for.
#[repr(C)]
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Blocks that the program has.
    pub used_blocks: usize,
    /// Their bytes.
    pub used_bytes: usize,
    /// Free blocks.
    pub free_blocks: usize,
    /// Their bytes.
    pub free_bytes: usize,
    /// Bytes of the largest free block.
    pub largest_free: usize,
    /// Bytes of memory that the heap has, with all headers. They never become fewer.
    pub heap_bytes: usize,
    /// Parts of it, which others' memory divides.
    pub pools: usize,
    /// How often it took memory.
    pub growths: usize,
    /// The pages of 64 KiB of all memory, others' included.
    pub pages: usize,
    /// The part of `free_bytes` that is not in the largest free block, in thousandths.
    pub fragmentation: usize,
}

extern "C" {
    fn tlsf_heap_stats(stats: *mut Stats);
    fn tlsf_heap_check() -> i32;
    fn tlsf_heap_limit(bytes: usize);
    fn tlsf_heap_reserve(bytes: usize) -> bool;
    fn tlsf_heap_reset();
}

/// What the heap holds now. It visits every block.
pub fn stats() -> Stats {
    let mut stats = MaybeUninit::uninit();
    // SAFETY: it writes all fields.
    unsafe {
        tlsf_heap_stats(stats.as_mut_ptr());
        stats.assume_init()
    }
}

/// Is the heap whole? Else something wrote where it must not, and the number is
/// that of an invariant in docs/design.md. It visits every block and changes
/// nothing.
pub fn check() -> Result<(), NonZeroI32> {
    // SAFETY: it reads the heap's own memory, whatever that holds.
    match NonZeroI32::new(unsafe { tlsf_heap_check() }) {
        None => Ok(()),
        Some(invariant) => Err(invariant),
    }
}

/// From now on memory grows only so that all of it, data and stack included, has
/// at most so many bytes. What needs more fails as if there were no memory.
/// `usize::MAX` is no limit, as at first.
pub fn limit(bytes: usize) {
    // SAFETY: it sets a number.
    unsafe { tlsf_heap_limit(bytes) }
}

/// Grows memory now, so that a block of so many bytes, or smaller ones that take
/// no more, can be had without growth. Returns false if it can't.
pub fn reserve(bytes: usize) -> bool {
    // SAFETY: it allocates and frees.
    unsafe { tlsf_heap_reserve(bytes) }
}

/// Frees all blocks at once, without running anything, and keeps the memory.
///
/// # Safety
///
/// No block of Rust's or C's may be used or freed afterwards, that is no `Box`,
/// `Vec` or `String` from before may exist, be it in a static or in std itself
/// (thread locals, buffers of stdout). With the feature `threads` it must not
/// overlap another call of the heap.
pub unsafe fn reset() {
    tlsf_heap_reset()
}
