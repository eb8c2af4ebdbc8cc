/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * errno for a program that uses it and has no libc. With wasi-libc the first
 * archive of the command line serves. Because of this object malloc's weak
 * reference is never undefined: wasm-ld refuses those where undefined symbols
 * become imports.
 */
int errno;
