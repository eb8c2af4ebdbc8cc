// SPDX-License-Identifier: MIT OR Apache-2.0
//! What programs do with memory, as a number that no allocator may change.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

#[cfg(feature = "std")]
use std::collections::HashMap as Map;
#[cfg(not(feature = "std"))]
use BTreeMap as Map;

/// A cache line, which a block of malloc is not aligned to.
#[repr(align(64))]
#[derive(Clone, Copy)]
struct Line([u32; 16]);

/// Random numbers from a seed (xorshift).
struct Random(u32);

impl Random {
    fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % n
    }
}

/// A hash of what was seen so far, and of one more word.
fn mix(sum: u32, word: u32) -> u32 {
    (sum.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9)
}

fn texts(random: &mut Random, sum: u32) -> u32 {
    let mut map: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for i in 0..400 {
        let key = format!("key {}", random.below(90));
        map.entry(key).or_default().push(i);
        map.remove(&format!("key {}", random.below(300)));
    }
    let words = map
        .iter()
        .flat_map(|(key, list)| list.iter().map(move |n| n + key.len() as u32));
    words.fold(sum, mix)
}

fn lines(random: &mut Random, sum: u32) -> u32 {
    let mut lines: Vec<Line> = Vec::new();
    for i in 0..300 {
        lines.push(Line([i; 16]));
        assert!(lines.as_ptr() as usize % 64 == 0);
        if random.below(20) == 0 {
            lines.truncate(lines.len() / 2);
            lines.shrink_to_fit();
        }
    }
    let boxed: Vec<Box<Line>> = lines.iter().map(|line| Box::new(*line)).collect();
    boxed.iter().fold(sum, |sum, line| mix(sum, line.0[15]))
}

fn zeroed(random: &mut Random, sum: u32) -> u32 {
    let mut kept = VecDeque::new();
    for _ in 0..200 {
        let mut bytes = vec![0u8; random.below(3000) as usize];
        assert!(bytes.iter().all(|byte| *byte == 0));
        bytes.fill(0xa5);
        kept.push_back(Rc::new(bytes));
        if kept.len() > 20 {
            kept.pop_front();
        }
    }
    kept.iter()
        .fold(sum, |sum, bytes| mix(sum, bytes.len() as u32))
}

fn counted(random: &mut Random, sum: u32) -> u32 {
    let mut map = Map::new();
    for _ in 0..500 {
        *map.entry(random.below(200)).or_insert(0) += random.below(10);
    }
    let mut pairs: Vec<(u32, u32)> = map.into_iter().collect();
    pairs.sort_unstable();
    pairs
        .iter()
        .fold(sum, |sum, (key, value)| mix(sum, key * value))
}

#[no_mangle]
extern "C" fn work(seed: u32) -> u32 {
    let mut random = Random(seed);
    let parts: [fn(&mut Random, u32) -> u32; 4] = [texts, lines, zeroed, counted];
    parts.iter().fold(seed, |sum, part| part(&mut random, sum))
}
