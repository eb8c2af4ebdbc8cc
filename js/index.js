// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm: heaps of tlsf.wasm, whose bytes are part of the JavaScript, because
// only that works synchronously everywhere: a browser's main thread cannot read a
// file synchronously, and import.meta.url names no file in a bundle or a blob.
// index.d.ts documents the functions.
import { own } from '../dist/bytes/tlsf.js';
import { create } from './create.js';

/** @type {typeof import('./index.js').createHeap} */
export const createHeap = (options) => create(own, options);
