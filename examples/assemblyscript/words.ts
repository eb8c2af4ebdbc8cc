// SPDX-License-Identifier: MIT OR Apache-2.0
// Ordinary AssemblyScript: strings, arrays and a map, which the garbage
// collector frees. README.md builds it.

/** The heap begins behind the program's data and stack, and has the rest of the first page. */
export { __heap_base };
export const __heap_end: usize = 0x10000;

const NAMES = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** A number's digits in words: 'one two' for 12. */
function spelled(n: i32): string {
  const words = n
    .toString()
    .split('')
    .map<string>((digit) => NAMES[I32.parseInt(digit)]);
  return words.join(' ');
}

/** How often each word is said when one counts to n. */
function counts(n: i32): Map<string, i32> {
  const said = new Map<string, i32>();
  for (let i = 1; i <= n; i++) {
    const words = spelled(i).split(' ');
    for (let j = 0; j < words.length; j++) {
      const word = words[j];
      said.set(word, (said.has(word) ? said.get(word) : 0) + 1);
    }
  }
  return said;
}

/** How often the digit's word is said when one counts to n. */
export function times(digit: i32, n: i32): i32 {
  return counts(n).get(NAMES[digit]);
}
