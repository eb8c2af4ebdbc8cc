// SPDX-License-Identifier: MIT OR Apache-2.0
//! The side of Rust for the shadow model, and what Rust and C hand each other.

use alloc::alloc::{alloc, alloc_zeroed, dealloc, realloc, Layout};
use alloc::vec::Vec;
use core::mem::ManuallyDrop;
use tlsf_wasm::heap;

extern "C" {
    fn c_count(n: usize) -> *mut u32;
    fn c_sum(numbers: *mut u32, n: usize) -> u32;
}

/// The layouts that a caller may ask for are all there are; null is for others.
unsafe fn with(size: usize, align: usize, make: unsafe fn(Layout) -> *mut u8) -> *mut u8 {
    match Layout::from_size_align(size, align) {
        Ok(layout) => make(layout),
        Err(_) => core::ptr::null_mut(),
    }
}

#[no_mangle]
unsafe extern "C" fn rust_alloc(size: usize, align: usize) -> *mut u8 {
    with(size, align, alloc)
}

#[no_mangle]
unsafe extern "C" fn rust_alloc_zeroed(size: usize, align: usize) -> *mut u8 {
    with(size, align, alloc_zeroed)
}

#[no_mangle]
unsafe extern "C" fn rust_dealloc(block: *mut u8, size: usize, align: usize) {
    dealloc(block, Layout::from_size_align_unchecked(size, align))
}

#[no_mangle]
unsafe extern "C" fn rust_realloc(
    block: *mut u8,
    old: usize,
    align: usize,
    size: usize,
) -> *mut u8 {
    realloc(block, Layout::from_size_align_unchecked(old, align), size)
}

#[no_mangle]
unsafe extern "C" fn usable_size(block: *const u8) -> usize {
    tlsf_wasm::usable_size(block)
}

/// A block of C's as a Vec: Rust lengthens and frees it.
#[no_mangle]
unsafe extern "C" fn from_c(n: usize) -> u32 {
    let mut numbers = Vec::from_raw_parts(c_count(n), n, n);
    numbers.extend(0..1000);
    numbers.iter().sum()
}

/// A Vec of Rust's as a block: C frees it.
#[no_mangle]
unsafe extern "C" fn to_c(n: u32) -> u32 {
    let mut numbers = ManuallyDrop::new((0..n).collect::<Vec<_>>());
    c_sum(numbers.as_mut_ptr(), numbers.len())
}

/// Does a Vec say that there is no memory, and stay as it is?
#[no_mangle]
extern "C" fn reserve_fails(bytes: usize) -> bool {
    let mut small: Vec<u8> = (0..100).collect();
    let failed = small.try_reserve_exact(bytes).is_err();
    failed && small.len() == 100 && small.iter().copied().eq(0..100)
}

#[no_mangle]
extern "C" fn heap_check() -> i32 {
    heap::check().map_or_else(|invariant| invariant.get(), |()| 0)
}

#[no_mangle]
extern "C" fn used_blocks() -> usize {
    heap::stats().used_blocks
}

#[no_mangle]
extern "C" fn pages() -> usize {
    heap::stats().pages
}

#[no_mangle]
extern "C" fn limit(bytes: usize) {
    heap::limit(bytes)
}

#[no_mangle]
extern "C" fn reserve(bytes: usize) -> bool {
    heap::reserve(bytes)
}

#[no_mangle]
unsafe extern "C" fn reset() {
    heap::reset()
}

#[cfg(feature = "threads")]
#[no_mangle]
extern "C" fn set_may_wait(may: bool) {
    tlsf_wasm::threads::set_may_wait(may)
}
