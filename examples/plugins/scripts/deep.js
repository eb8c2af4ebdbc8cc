// SPDX-License-Identifier: MIT OR Apache-2.0
/* global print */
print('calls itself for ever');
const deep = () => 1 + deep();
deep();
