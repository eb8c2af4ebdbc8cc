// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compiles tree-sitter and its grammar of C, whose folders two variables name.

use std::env;
use std::process::Command;

fn compile(source: String, include: String, name: &str) {
    let object = format!("{}/{name}.o", env::var("OUT_DIR").expect("cargo sets it"));
    let status = Command::new("clang-19")
        .args(["--target=wasm32-wasi", "-O1", "-w", "-I", &include])
        .args(["-c", &source, "-o", &object])
        .status();
    assert!(status.expect("clang-19 runs").success(), "{source}");
    println!("cargo:rustc-link-arg={object}");
}

fn main() {
    let library = env::var("TREE_SITTER").expect("the folder of tree-sitter's lib");
    let grammar = env::var("TREE_SITTER_C").expect("the folder of the grammar's src");
    compile(
        format!("{library}/src/lib.c"),
        format!("{library}/include"),
        "lib",
    );
    compile(format!("{grammar}/parser.c"), grammar, "parser");
    println!("cargo:rerun-if-changed=build.rs");
}
