// SPDX-License-Identifier: MIT OR Apache-2.0
//! A command of wasi. Its C library allocates too, and a block of strdup's
//! becomes a String.

use std::collections::HashMap;
use std::ffi::CString;
use std::io::{stdin, BufRead};
use std::os::raw::c_char;

#[global_allocator]
static ALLOCATOR: tlsf_wasm::Tlsf = tlsf_wasm::Tlsf;

extern "C" {
    fn strdup(text: *const c_char) -> *mut c_char;
}

/// The text as libc copied it.
fn copied(text: &str) -> String {
    let text = CString::new(text).expect("there is no 0 in it");
    // SAFETY: the block of strdup is a CString's, since there is one heap.
    let copy = unsafe { CString::from_raw(strdup(text.as_ptr())) };
    copy.into_string().expect("it is the same text")
}

fn main() {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for line in stdin().lock().lines() {
        for word in line.expect("it is text").split_whitespace() {
            *counts.entry(copied(word)).or_default() += 1;
        }
    }
    let mut words: Vec<_> = counts.into_iter().collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    for (word, count) in words {
        println!("{count} {word}");
    }
    println!("heap: {:?}", tlsf_wasm::heap::check());
    std::process::exit(std::env::args().count() as i32);
}
