// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rust, C and JavaScript over one heap: what one of them allocated another
//! lengthens or frees.

use std::alloc::{handle_alloc_error, Layout};
use std::ffi::{c_void, CString};
use std::mem::ManuallyDrop;
use std::os::raw::c_char;
use std::ptr::null_mut;

#[global_allocator]
static ALLOCATOR: tlsf_wasm::Tlsf = tlsf_wasm::Tlsf;

extern "C" {
    fn words_split(text: *const c_char, words: *mut *mut *mut c_char) -> usize;
    fn words_end(text: *mut c_char, n: usize) -> *mut c_char;
    fn free(block: *mut c_void);
}

/// Room for a text of n bytes, which JavaScript writes.
#[no_mangle]
pub extern "C" fn text_new(n: usize) -> *mut u8 {
    ManuallyDrop::new(vec![0; n]).as_mut_ptr()
}

/// The words of a text. The blocks are C's; each becomes a CString, which frees it.
fn split(text: &CString) -> Vec<CString> {
    let mut words = null_mut();
    // SAFETY: each word is a block of the one heap, and ends by 0.
    unsafe {
        let count = words_split(text.as_ptr(), &mut words);
        if count == usize::MAX {
            handle_alloc_error(Layout::for_value(text.as_bytes())); // it ends the program
        }
        let owned = (0..count).map(|i| CString::from_raw(*words.add(i)));
        let owned = owned.collect();
        free(words.cast());
        owned
    }
}

/// The words of a text in their order. The text's block becomes Rust's, and what
/// is returned the caller's: JavaScript frees it.
///
/// # Safety
///
/// `text` must be of text_new, and have n bytes.
#[no_mangle]
pub unsafe extern "C" fn sorted(text: *mut u8, n: usize) -> *mut c_char {
    let mut text = Vec::from_raw_parts(text, n, n);
    text.retain(|byte| *byte != 0);
    let mut words = split(&CString::new(text).expect("it has no 0"));
    words.sort();
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let mut line = ManuallyDrop::new(words.join(" "));
    line.reserve(1); // an empty String has no block, and C needs one
    words_end(line.as_mut_ptr().cast(), line.len())
}

/// How many blocks there are: none that is forgotten.
#[no_mangle]
pub extern "C" fn used_blocks() -> usize {
    tlsf_wasm::heap::stats().used_blocks
}
