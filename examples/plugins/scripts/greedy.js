// SPDX-License-Identifier: MIT OR Apache-2.0
/* global print */
print('takes all memory');
const all = [];
for (;;) all.push(new Uint8Array(20000));
