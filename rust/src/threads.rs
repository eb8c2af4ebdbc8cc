// SPDX-License-Identifier: MIT OR Apache-2.0
//! What only the heap for threads has.

extern "C" {
    fn tlsf_set_may_wait(may: bool);
}

/// Says whether this thread may sleep while another one is inside the heap; at
/// first it may not, and spins. A browser's main thread and an audio worklet
/// must not: the engine ends a program in which they do.
pub fn set_may_wait(may: bool) {
    // SAFETY: it sets a variable of this thread.
    unsafe { tlsf_set_may_wait(may) }
}
