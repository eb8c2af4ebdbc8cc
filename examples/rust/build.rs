// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compiles words.c and gives the object to the linker. The crate cc does the
//! same in one line, if there is an archiver too.

use std::env;
use std::process::Command;

fn main() {
    let clang = env::var("CLANG").unwrap_or_else(|_| "clang-19".into());
    let object = format!("{}/words.o", env::var("OUT_DIR").expect("cargo sets it"));
    let headers = env::var("DEP_TLSF_INCLUDE").expect("tlsf-wasm says where they are");
    let status = Command::new(&clang)
        .args(["--target=wasm32", "-std=c17", "-ffreestanding", "-Oz"])
        .args(["-I", &headers, "-c", "src/words.c", "-o", &object])
        .status();
    match status {
        Ok(status) => assert!(status.success(), "{clang} failed"),
        Err(error) => panic!("{clang}: {error}: name a clang by CLANG"),
    }
    println!("cargo:rustc-link-arg={object}");
    println!("cargo:rustc-cdylib-link-arg=--export=free");
    println!("cargo:rerun-if-changed=src/words.c");
    println!("cargo:rerun-if-env-changed=CLANG");
}
