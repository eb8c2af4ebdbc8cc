// SPDX-License-Identifier: MIT OR Apache-2.0
// The archives' members, as tests link and call them.
import { compileFlags, link, linkFlags, sources, readArchive } from '../../tools/build.js';
import { ARCHIVES, LIBRARIES, MEMBERS, room, WIDE_ARCHIVES } from '../../tools/builds.js';
import { toolchain } from '../../tools/toolchain.js';
import { instantiate, withoutTable } from '../support/modules.js';

export const NAMES = Object.keys(ARCHIVES);

/** These, and those of wasm64. */
export const ALL_NAMES = [...NAMES, ...Object.keys(WIDE_ARCHIVES)];

/** The archives by their targets; an object of a program links with each of a target. */
export const TARGETS = [ARCHIVES, WIDE_ARCHIVES];

/** The symbols of all members, or of those whose source ends so. */
export const symbols = (end = '') =>
  Object.values(MEMBERS)
    .filter(({ source }) => source.endsWith(end))
    .flatMap(({ functions }) => Object.keys(functions));

/** An instance's exports of an archive alone: these functions, and where the heap begins. */
export async function linked(name, exports, flags = []) {
  const build = LIBRARIES[name];
  const all = [...linkFlags({ target: build.target }), ...room(build, 20), ...flags];
  const wasm = await link([await readArchive(name)], [...exports, '__heap_base'], all);
  return instanceOf(wasm, build);
}

/** The exports of a program with this build's archive, those of wasm64 as if of wasm32. */
export const instanceOf = (wasm, { target }) =>
  target ? instantiate(withoutTable(wasm), true) : instantiate(wasm);

const inputs = await sources('src/include', 'test/members');
const CPP = ['-nostdinc++', '-fno-exceptions', '-fno-rtti'];

/** A program of this folder as an object, for a build's target, by the pinned compiler. */
export async function object(file, build, flags = []) {
  const { tool } = await toolchain();
  const cpp = file.endsWith('.cpp') ? CPP : [];
  const path = `test/members/${file}`;
  const command = ['clang', ...compileFlags({ ...build, flags: ['-O1'] }), ...cpp, ...flags];
  const { files } = await tool([...command, '-c', path, '-o', 'out.o'], inputs, ['out.o']);
  return Buffer.from(files[0]);
}
