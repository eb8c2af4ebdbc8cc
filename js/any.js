// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm/any: heaps of any module, of one from elsewhere or of an instance too.
import { own } from '../dist/bytes/tlsf.js';
import { create, load, over } from './create.js';
import { whole } from './whole.js';

const kind = whole();

/** @type {typeof import('./any.js').createHeap} */
export const createHeap = (options) => create(own, options, kind);
/** @type {typeof import('./any.js').loadHeap} */
export const loadHeap = (source, options) => load(source, options, kind);
/** @type {typeof import('./any.js').heapOf} */
export const heapOf = (exports, options) => over(exports, options, kind);
