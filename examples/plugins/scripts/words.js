// SPDX-License-Identifier: MIT OR Apache-2.0
/* global print */
const text = 'the cat and the dog and the bird';
const counts = {};
for (const word of text.split(' ')) counts[word] = (counts[word] ?? 0) + 1;
print(JSON.stringify(counts));
