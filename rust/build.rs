// SPDX-License-Identifier: MIT OR Apache-2.0
//! Links the archive of the build that the features ask for. It is in lib/ of
//! the crate, or, in a clone of the project, where ./build.sh puts it.

use std::env;
use std::path::{Path, PathBuf};

fn has(feature: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{feature}")).is_some()
}

/// What the host asks for goes before what finds misuse, and that before speed.
fn archive() -> &'static str {
    if has("THREADS") {
        "tlsf-threads"
    } else if has("MVP") {
        "tlsf-mvp"
    } else if has("CHECKED") {
        "tlsf-checked"
    } else if has("HARD") {
        "tlsf-hard"
    } else if has("FAST") {
        "tlsf-fast"
    } else {
        "tlsf"
    }
}

/// A file of the crate, or of dist/ in a clone.
fn find(in_crate: &str, in_clone: &str) -> PathBuf {
    let home = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let places = [in_crate, in_clone].map(|path| Path::new(&home).join(path));
    let found = places.iter().find(|place| place.exists());
    let missing = || panic!("{} is missing: ./build.sh makes it", places[1].display());
    let found = found.unwrap_or_else(missing).clone();
    println!("cargo:rerun-if-changed={}", found.display());
    found
}

fn main() {
    let name = archive();
    let library = find(
        &format!("lib/lib{name}.a"),
        &format!("../dist/lib/wasm32/lib{name}.a"),
    );
    let headers = find("include", "../dist/include");
    let folder = library.parent().expect("a file is in a folder");
    println!("cargo:rustc-link-search=native={}", folder.display());
    println!("cargo:rustc-link-lib=static={name}");
    println!("cargo:include={}", headers.display());
    println!("cargo:rerun-if-changed=build.rs");
}
