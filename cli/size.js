// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm size FILE.wasm: the functions of a module's allocator, their bytes,
// and about how many there would be with each of our builds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allocatorOf, familyName, needed } from './allocator.js';
import { compressed } from './compressed.js';
import { checkFile, UserError } from './error.js';
import { functionsOf } from './module.js';
import { table } from './table.js';

const dist = join(import.meta.dirname, '..', 'dist');
const BUILDS = ['tlsf-min', 'tlsf', 'tlsf-mvp', 'tlsf-hard', 'tlsf-fast'];
const BUILDS64 = ['tlsf64', 'tlsf-fast64'];
const I64 = 0x7e;
const bodies = (module, functions) =>
  functions.map(({ start, bytes }) => module.subarray(start, start + bytes));

/** A module without the bodies of some functions: to compress, not to run. */
function without(module, functions) {
  const ordered = functions.toSorted((a, b) => a.start - b.start);
  const parts = ordered.map(({ start }, i) => {
    const before = ordered[i - 1];
    return module.subarray(before ? before.start + before.bytes : 0, start);
  });
  const last = ordered.at(-1);
  return Buffer.concat([...parts, module.subarray(last.start + last.bytes)]);
}

const ours = (build) => readFileSync(join(dist, `${build}.wasm`));

/** The functions of the C family: what tlsf.wasm exports. */
const familyOf = () => functionsOf(ours('tlsf')).flatMap(({ exports }) => exports);

/** The functions of the C family that a module has, by name or by shape. */
function used(allocator) {
  const names = allocator.flatMap(({ name, exports, found }) => [
    ...[...exports, name ?? ''].map(familyName),
    ...(found.startsWith('shape of ') ? [found.slice('shape of '.length)] : []),
  ]);
  return new Set(familyOf().filter((each) => names.includes(each)));
}

/** Each function of the C family first takes an address or a size, which are i64 in wasm64. */
const isWide = (allocator) =>
  allocator.some(
    ({ name, exports, type }) =>
      [name ?? '', ...exports].some(familyName) && type.startsWith(String(I64)),
  );

/** What compressors add to nothing. */
const EMPTY = compressed(new Uint8Array());

/**
 * A line of the table: the module with the same functions of one of our builds. Each part is
 * compressed by itself, because compressing a large module for each build takes long.
 */
function withBuild(build, names, others) {
  const module = ours(build);
  const functions = functionsOf(module);
  const has = new Set(functions.flatMap(({ exports }) => exports));
  if (!names.size || [...names].some((name) => !has.has(name)))
    return [`with ${build}`, '-', '-', '-'];
  const own = compressed(Buffer.concat(bodies(module, needed(functions, names))));
  return [`with ${build}, about`, ...others.map((n, i) => n + own[i] - EMPTY[i])];
}

/** Said of a module that keeps no name of its allocator. */
const BY_SHAPE =
  'The module is stripped of names, so these functions were found by their shape: some may be\nmissing, some too many. Ask about the module as it is before that (wasm-ld without --strip-all).\n';

function report(path, module) {
  const functions = functionsOf(module);
  const allocator = allocatorOf(functions);
  if (!allocator.length)
    return `${path}: ${module.length} bytes; no allocator was found in it, by name or by shape\n`;
  const all = compressed(module);
  const others = compressed(without(module, allocator));
  const names = used(allocator);
  return [
    table([
      ['function', 'bytes', 'found by'],
      ...allocator.map(({ index, name, exports, bytes, found }) => [
        name ?? exports[0] ?? `function ${index}`,
        bytes,
        found,
      ]),
    ]),
    table([
      ['bytes', 'raw', 'gzip', 'brotli'],
      [path, ...all],
      ['its allocator', ...all.map((n, i) => n - others[i])],
      ...(isWide(allocator) ? BUILDS64 : BUILDS).map((build) => withBuild(build, names, others)),
    ]),
    ...(allocator.some(({ found }) => found.startsWith('shape')) ? [BY_SHAPE] : []),
    `The builds have what this allocator has of the C family: ${[...names].join(', ') || 'nothing'}.\n`,
  ].join('\n');
}

/** @param {string[]} args */
export function size(args) {
  const [path] = args;
  if (args.length !== 1) throw new UserError('size takes one file: tlsf-wasm size FILE.wasm');
  checkFile(path);
  return report(path, readFileSync(path));
}
