// SPDX-License-Identifier: MIT OR Apache-2.0
//! The smallest program that allocates, whose bytes bench/rust.js compares by
//! allocator, and with the feature vectors one that grows and zeroes too.

#[cfg(feature = "tlsf")]
#[global_allocator]
static ALLOCATOR: tlsf_wasm::Tlsf = tlsf_wasm::Tlsf;

#[no_mangle]
pub extern "C" fn boxed(number: u32) -> *mut u32 {
    Box::into_raw(Box::new(number))
}

/// # Safety
///
/// `number` must be a pointer from `boxed`, once.
#[no_mangle]
pub unsafe extern "C" fn unboxed(number: *mut u32) -> u32 {
    *Box::from_raw(number)
}

#[cfg(feature = "vectors")]
#[no_mangle]
pub extern "C" fn sum(n: u32) -> u32 {
    let mut numbers = Vec::new();
    for number in 0..n {
        numbers.push(number);
    }
    numbers.iter().sum()
}

#[cfg(feature = "vectors")]
#[no_mangle]
pub extern "C" fn zeroed(n: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; n].into_boxed_slice()).cast()
}
