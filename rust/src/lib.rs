// SPDX-License-Identifier: MIT OR Apache-2.0
//! A global allocator for wasm32, and `malloc` for the C code in the same module.
//!
//! ```ignore
//! #[global_allocator]
//! static ALLOCATOR: tlsf_wasm::Tlsf = tlsf_wasm::Tlsf;
//! ```
//!
//! The crate brings an archive of C that is already compiled: a TLSF heap, O(1),
//! in about a kilobyte. Rust's allocations and C's `malloc`, `calloc`,
//! `realloc`, `free`, `aligned_alloc`, `posix_memalign`, `memalign` and
//! `malloc_usable_size` share it. So a block that one side allocated may be freed
//! or reallocated by the other, whatever its alignment: [`Tlsf`] never uses the
//! size and the alignment that Rust gives back with a block.
//!
//! | feature | the heap |
//! | --- | --- |
//! | none | the fewest bytes |
//! | `fast` | for speed, in about 3 KB |
//! | `hard` | traps if the program frees twice or overwrites headers, in O(1) |
//! | `checked` | names misuse where it happens, for debugging |
//! | `mvp` | for hosts that refuse bulk memory and floats, as blockchains do |
//! | `threads` | for a memory that threads share, behind a fair lock |
//!
//! If several are chosen, as different crates may do, the last one in this table
//! serves. `threads` and `mvp` compile neither together nor with `hard` or
//! `checked`, because no heap is both.
//!
//! One thread at a time may use the other heaps. They can not be shared by
//! mistake: their archives do not link into a program with shared memory.

#![no_std]
#![warn(missing_docs)]

#[cfg(not(all(target_arch = "wasm32", not(target_os = "emscripten"))))]
compile_error!(
    "tlsf-wasm is for wasm32, without Emscripten: \
     put it under [target.'cfg(target_arch = \"wasm32\")'.dependencies]"
);

#[cfg(any(
    all(feature = "threads", feature = "mvp"),
    all(
        any(feature = "threads", feature = "mvp"),
        any(feature = "checked", feature = "hard")
    )
))]
compile_error!(
    "tlsf-wasm has no heap that is two of these: for threads, for hosts of wasm 1.0, \
     and one that finds misuse (hard, checked)"
);

mod allocator;
mod family;
pub mod heap;
#[cfg(feature = "threads")]
pub mod threads;

pub use allocator::{usable_size, Tlsf};
