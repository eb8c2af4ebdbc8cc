// SPDX-License-Identifier: MIT OR Apache-2.0
// A script for QuickJS that takes all memory, is told so, and goes on.
function greedy() {
  const all = [];
  for (;;) all.push(new Uint8Array(20000));
}
let caught = 0;
for (let i = 0; i < 5; i++) {
  try {
    greedy();
  } catch (error) {
    if (`${error}` !== 'InternalError: out of memory') throw error;
    caught++;
  }
}
if (caught !== 5) throw Error(`${caught} of 5`);
greedy();
