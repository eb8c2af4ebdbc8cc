// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm/checked: the same as tlsf-wasm, with tlsf-checked.wasm in the JavaScript, and
// errors that name misuse.
import { own } from '../dist/bytes/tlsf-checked.js';
import { create, load, over } from './create.js';
import { naming } from './faults.js';

/** @type {typeof import('./index.js').createHeap} */
export const createHeap = (options) => create(own, options, naming);
/** @type {typeof import('./index.js').loadHeap} */
export const loadHeap = (source, options) => load(source, options, naming);
/** @type {typeof import('./index.js').heapOf} */
export const heapOf = (exports, options) => over(exports, options, naming);
