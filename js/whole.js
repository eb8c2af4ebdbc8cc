// SPDX-License-Identifier: MIT OR Apache-2.0
// Heaps of any module: of wasm64, in a shared memory, with the functions that only
// some modules export.
import { plain } from './create.js';
import { heapFrom } from './heap.js';
import { importsOf, joined } from './sharing.js';
import { tellingOf } from './tell.js';
import { WORD_MAX } from './values.js';
import { isWide, withNumbers } from './wide.js';

/** @import { Exports } from './heap.js' */
/** @import { Kind } from './create.js' */

/**
 * @param {(exports: Exports) => Exports} [adapt] what an entry adds around the functions
 * @returns {Kind}
 */
export const whole = (adapt = (functions) => functions) => ({
  names: [...plain.names, 'memory', 'mayWait'],
  imports: importsOf,
  heap(call, given, options) {
    const exports = joined(call, given, options);
    const wide = isWide(exports);
    const functions = adapt(wide ? withNumbers(exports) : exports);
    const most = wide ? Number.MAX_SAFE_INTEGER : WORD_MAX;
    let resets = 0;
    const heap = heapFrom(call, exports, options, { functions, most, era: () => resets });
    const telling = tellingOf(functions, most, () => resets++);
    return Object.assign(heap, telling);
  },
});
