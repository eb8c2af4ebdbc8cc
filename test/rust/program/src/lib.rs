// SPDX-License-Identifier: MIT OR Apache-2.0
//! A program of Rust and C over one heap, with std and without it. With the
//! feature default-allocator it has Rust's own heap, to be compared with.

#![cfg_attr(not(feature = "std"), no_std)]
#![allow(unknown_lints, unexpected_cfgs)]
#![cfg_attr(before_1_68, feature(default_alloc_error_handler))]

extern crate alloc;

mod side;
mod work;

#[cfg(not(feature = "default-allocator"))]
#[global_allocator]
static ALLOCATOR: tlsf_wasm::Tlsf = tlsf_wasm::Tlsf;

#[cfg(not(feature = "std"))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
