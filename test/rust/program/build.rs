// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compiles the program's C and gives the object to the linker.

use std::env;
use std::process::Command;

fn main() {
    let clang = env::var("CLANG").unwrap_or_else(|_| "clang-19".into());
    let object = format!("{}/side.o", env::var("OUT_DIR").expect("cargo sets it"));
    let flags = ["--target=wasm32", "-std=c17", "-O1", "-ffreestanding"];
    let status = Command::new(&clang)
        .args(flags)
        .arg(format!(
            "-I{}",
            env::var("DEP_TLSF_INCLUDE").expect("the crate says it")
        ))
        .args(["-c", "src/side.c", "-o", &object])
        .status();
    assert!(status.expect("clang runs").success(), "{clang} failed");
    println!("cargo:rustc-link-arg={object}");
    for name in ["malloc", "calloc", "realloc", "aligned_alloc", "free"] {
        println!("cargo:rustc-cdylib-link-arg=--export=c_{name}");
    }
    println!("cargo:rustc-cdylib-link-arg=--max-memory={}", 1024 << 16);
    println!("cargo:rerun-if-changed=src/side.c");
    println!("cargo:rerun-if-env-changed=CLANG");
}
