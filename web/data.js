// SPDX-License-Identifier: MIT OR Apache-2.0
// What docs/heap/index.html carries: our modules, each also as one that counts
// its instructions; the modules of others; bounds; the beginnings of recordings.
import { deflateSync } from 'fflate';
import { aloneModule, ALLOCATORS } from '../bench/allocators.js';
import { counting } from '../bench/count.js';
import { readTrace, traceNames } from '../bench/traces.js';
import { optimise } from '../compare/table.js';
import { pack } from '../js/recording.js';
import { shippedBytes } from '../test/support/modules.js';
import { boundsOf } from '../tools/bound.js';
import { SHOWN } from './layouts.js';

/** The allocators of others that are small enough for the page. */
const OTHERS = ['dlmalloc', 'emmalloc', 'asc'];

/** So many requests of each recording of the bench. */
const REQUESTS = 5000;
const CALLS = ['malloc', 'free', 'realloc', 'calloc'];

/** A list that parts are added to: each gets a number. */
function collection() {
  const parts = [];
  return { parts, add: (bytes) => parts.push(Uint8Array.from(bytes)) - 1 };
}

/** What is proved of a build's calls. */
function provedOf(bytes, row) {
  const bounds = boundsOf(bytes, row);
  const nameOf = (call) => (row.ranges ? `tlsf_${call}` : call);
  const had = CALLS.filter((call) => bounds[nameOf(call)]?.instructions);
  const of = ({ instructions, turn, scan }) => ({
    ...{ instructions, turn, scan },
    ...{ copied: row.copyStep, compared: row.scanStep },
  });
  return Object.fromEntries(had.map((call) => [call, of(bounds[nameOf(call)])]));
}

/** A module that counts, and what is proved of it; none of wasm64, whose text the tool can't read. */
async function countedOf(bytes, row) {
  if (row?.target) return {};
  const counted = await counting(Uint8Array.from(bytes));
  return row ? { counted, proved: provedOf(bytes, row) } : { counted };
}

async function ours(add, layouts) {
  const list = [];
  for (const [name, layout] of Object.entries(layouts)) {
    const row = SHOWN[name];
    const bytes = await shippedBytes(name);
    const { counted, proved } = await countedOf(bytes, row);
    const numbers = { module: add(bytes), counted: counted && add(counted) };
    const { use, shared } = row;
    list.push({ name, label: `${name}.wasm`, use, shared, layout, proved, ...numbers });
  }
  return list;
}

async function others(add) {
  const list = [];
  for (const allocator of ALLOCATORS.filter(({ name }) => OTHERS.includes(name))) {
    const bytes = await optimise(await aloneModule(allocator));
    const { counted } = await countedOf(bytes);
    const { name, label } = allocator;
    list.push({ name, label, module: add(bytes), counted: add(counted) });
  }
  return list;
}

const recordings = (add) =>
  traceNames().map((name) => {
    const { ops, length } = readTrace(name);
    return { name, length, part: add(pack(ops.subarray(0, 2 * REQUESTS))) };
  });

/** All of it as base64. The deflater is one of JavaScript's: the same bytes on every machine. */
export async function packedData(layouts) {
  const { parts, add } = collection();
  const allocators = [...(await ours(add, layouts)), ...(await others(add))];
  const list = {
    allocators,
    recordings: recordings(add),
    sizes: parts.map(({ length }) => length),
  };
  const head = Buffer.from(JSON.stringify(list));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const bytes = Buffer.concat([length, head, ...parts]);
  return Buffer.from(deflateSync(bytes, { level: 9 })).toString('base64');
}
