// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm/hard: the same as tlsf-wasm/any, with tlsf-hard.wasm in the JavaScript, and
// errors that name misuse.
import { own } from '../dist/bytes/tlsf-hard.js';
import { create, load, over } from './create.js';
import { naming } from './faults.js';
import { whole } from './whole.js';

const kind = whole(naming);

/** @type {typeof import('./any.js').createHeap} */
export const createHeap = (options) => create(own, options, kind);
/** @type {typeof import('./any.js').loadHeap} */
export const loadHeap = (source, options) => load(source, options, kind);
/** @type {typeof import('./any.js').heapOf} */
export const heapOf = (exports, options) => over(exports, options, kind);
