// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm/fast: the same as tlsf-wasm, with tlsf-fast.wasm in the JavaScript.
import { own } from '../dist/bytes/tlsf-fast.js';
import { create } from './create.js';

/** @type {typeof import('./index.js').createHeap} */
export const createHeap = (options) => create(own, options);
