// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs with the functions of tlsf_heap.h, and what JavaScript reads of them.
import { compile, compileFlags, link, readArchive, sources } from '../../tools/build.js';
import { FAMILY, HEAP, LIBRARIES, room } from '../../tools/builds.js';
import { cached } from '../support/cache.js';
import { withoutTable } from '../support/modules.js';
import { FIELDS } from '../../js/tell.js';
import { asNumbers } from '../support/wide.js';

/** The archives that programs of this folder can link, and the functions. */
export const ROWS = Object.fromEntries(Object.entries(LIBRARIES).filter(([, { sdk }]) => !sdk));
export const FUNCTIONS = Object.values(HEAP).flatMap(({ functions }) => functions);

/** Pages of a memory that never grows. */
export const ROOM = 64;

/** A program with a stack. */
const LINKED = ['--no-entry', '--gc-sections', '-O2', '-z', 'stack-size=4096'];

/** test/inspect/program.c, compiled for an archive. */
async function program(build) {
  const inputs = await sources('src/include', 'test/inspect');
  const flags = compileFlags({ ...build, port: undefined, flags: ['-O1'] });
  return cached([flags, inputs], () => compile('test/inspect/program.c', inputs, flags));
}

/** The program with an archive, as a module. */
export async function linked(name, flags = []) {
  const build = ROWS[name];
  const wasm = await link(
    [await program(build), await readArchive(name)],
    [...FAMILY, ...FUNCTIONS, '__heap_base', 'scratch', 'program'],
    [...LINKED, ...(build.target ? ['-mwasm64'] : []), ...room(build, ROOM), ...flags],
  );
  return new WebAssembly.Module(build.target ? withoutTable(wasm) : wasm);
}

/** Bytes of guards before those of a used block of wasm32, in a build that has guards. */
const FRONT = 32;

/** An instance: its exports, with `stats()` and `walk()` as JavaScript reads them. */
export function heapOf(module, { target, guards } = ROWS.libtlsf) {
  const wide = target === 'wasm64';
  const front = guards ? FRONT : 0;
  const exports = asNumbers(new WebAssembly.Instance(module).exports, wide);
  const at = exports.scratch.value;
  const Words = wide ? BigUint64Array : Uint32Array;
  const words = (n) => Array.from(new Words(exports.memory.buffer, at, n), Number);
  return {
    ...exports,
    words,
    stats() {
      exports.tlsf_heap_stats(at);
      const all = words(FIELDS.length);
      return Object.fromEntries(FIELDS.map((name, i) => [name, all[i]]));
    },
    /** All blocks, upwards: {payload, size, bytes, used}, and where the heap's own payload is. */
    walk() {
      const blocks = [];
      new Words(exports.memory.buffer, at, 4).fill(wide ? 0n : 0);
      while (exports.tlsf_heap_walk(at)) {
        const [payload, size, bytes, used] = words(4);
        const isUsed = Boolean(used & 255);
        const own = isUsed ? payload - front : payload;
        blocks.push({ payload, size, bytes, used: isUsed, at: own });
        if (blocks.length > 1e6) throw new Error('the walk does not end');
      }
      return blocks;
    },
  };
}
