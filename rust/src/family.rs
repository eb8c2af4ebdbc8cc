// SPDX-License-Identifier: MIT OR Apache-2.0
//! The C family of the archive, as tlsf_malloc.h declares it. C code in the
//! program calls the same functions.

/// Each block of malloc, calloc and realloc is a multiple of this.
pub const ALIGN: usize = 16;

extern "C" {
    pub fn malloc(size: usize) -> *mut u8;
    pub fn free(block: *mut u8);
    pub fn calloc(count: usize, size: usize) -> *mut u8;
    pub fn realloc(block: *mut u8, size: usize) -> *mut u8;
    pub fn aligned_alloc(align: usize, size: usize) -> *mut u8;
    pub fn aligned_realloc(block: *mut u8, align: usize, size: usize) -> *mut u8;
    pub fn malloc_usable_size(block: *const u8) -> usize;
}
