// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs that wrap the allocator's names see their own calls, and only these.
import { test } from 'node:test';
import { compile, compileFlags, link, sources, readArchive } from '../../tools/build.js';
import { ARCHIVES, room } from '../../tools/builds.js';

const WRAPPED = ['malloc', 'calloc', 'realloc', 'free'].map((name) => `--wrap=${name}`);
const SOURCE = 'test/wrap/wrap.c';

for (const [name, build] of Object.entries(ARCHIVES)) {
  test(`${name}.a: wrappers that put a header before each block see each call once`, async () => {
    const inputs = await sources('src/include', 'test/wrap');
    const program = await compile(SOURCE, inputs, compileFlags({ ...build, flags: ['-O1'] }));
    const archive = await readArchive(name);
    const wasm = await link(
      [program, archive],
      ['run'],
      ['--no-entry', ...WRAPPED, ...room(build, 16)],
    );
    new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports.run();
  });
}
