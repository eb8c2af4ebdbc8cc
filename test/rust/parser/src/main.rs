// SPDX-License-Identifier: MIT OR Apache-2.0
//! Prints the trees that tree-sitter makes of the C files on the command line.
//! It is C with a malloc of its own for each node; its text becomes a CString.

use std::ffi::CString;
use std::os::raw::{c_char, c_void};
use std::ptr::null;

#[cfg(feature = "tlsf")]
#[global_allocator]
static ALLOCATOR: tlsf_wasm::Tlsf = tlsf_wasm::Tlsf;

/// TSNode of api.h.
#[repr(C)]
#[derive(Clone, Copy)]
struct Node {
    context: [u32; 4],
    id: *const c_void,
    tree: *const c_void,
}

extern "C" {
    fn tree_sitter_c() -> *const c_void;
    fn ts_parser_new() -> *mut c_void;
    fn ts_parser_delete(parser: *mut c_void);
    fn ts_parser_set_language(parser: *mut c_void, language: *const c_void) -> bool;
    fn ts_parser_parse_string(
        parser: *mut c_void,
        old: *const c_void,
        text: *const c_char,
        length: u32,
    ) -> *mut c_void;
    fn ts_tree_root_node(tree: *const c_void) -> Node;
    fn ts_tree_delete(tree: *mut c_void);
    fn ts_node_string(node: Node) -> *mut c_char;
    #[cfg(not(feature = "tlsf"))]
    fn free(block: *mut c_void);
}

/// The text of a block of C's, which is freed.
#[cfg(feature = "tlsf")]
unsafe fn taken(text: *mut c_char) -> CString {
    CString::from_raw(text)
}

#[cfg(not(feature = "tlsf"))]
unsafe fn taken(text: *mut c_char) -> CString {
    let copy = std::ffi::CStr::from_ptr(text).to_owned();
    free(text.cast());
    copy
}

unsafe fn tree_of(parser: *mut c_void, text: &str) -> CString {
    let tree = ts_parser_parse_string(parser, null(), text.as_ptr().cast(), text.len() as u32);
    let string = taken(ts_node_string(ts_tree_root_node(tree)));
    ts_tree_delete(tree);
    string
}

fn main() {
    let texts = std::env::args().skip(1);
    let texts = texts.map(|path| std::fs::read_to_string(path).expect("it is a file"));
    // SAFETY: the functions are called as api.h says.
    unsafe {
        let parser = ts_parser_new();
        assert!(ts_parser_set_language(parser, tree_sitter_c()));
        for text in texts {
            println!("{}", tree_of(parser, &text).to_string_lossy());
        }
        ts_parser_delete(parser);
    }
    #[cfg(feature = "tlsf")]
    tlsf_wasm::heap::check().expect("the heap is whole");
}
