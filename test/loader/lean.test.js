// SPDX-License-Identifier: MIT OR Apache-2.0
// Bytes of the loader in a bundle, minified by esbuild, and what a view costs in
// kind: that reading one asks memory for its buffer only after growth.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import esbuild from 'esbuild';
import { createHeap } from 'tlsf-wasm';
import { heapOf } from 'tlsf-wasm/any';
import { instantiate } from 'tlsf-wasm/raw';
import { asText } from '../../tools/text.js';
import { decode } from '../../js/decode.js';

/** The most bytes of an entry without the module, gzipped. */
const LIMITS = { 'tlsf-wasm': 3072, 'tlsf-wasm/any': 5120 };
const root = join(import.meta.dirname, '..', '..');

/** Takes the modules out of a bundle. */
const withoutModules = {
  name: 'without modules',
  setup(build) {
    build.onLoad({ filter: /dist\/bytes/ }, () => ({ contents: 'export const own = () => {}' }));
  },
};

async function bundle(contents, plugins = []) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    plugins,
  });
  return outputFiles[0].contents;
}

const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

test('tlsf-wasm/raw with its module has at most 1.5 KB, minified', async () => {
  const { length } = await bundle("export * from 'tlsf-wasm/raw'");
  assert.ok(length <= 1536, `${length} bytes`);
});

for (const [entry, most] of Object.entries(LIMITS))
  test(`${entry} without the module has at most ${most} bytes, minified and gzipped`, async () => {
    const bytes = gzipped(await bundle(`export * from '${entry}'`, [withoutModules]));
    assert.ok(bytes <= most, `${bytes} bytes`);
  });

test('a bundle of raw has nothing of the loader', async () => {
  const text = String(await bundle("export * from 'tlsf-wasm/raw'"));
  assert.doesNotMatch(text, /Error|TextDecoder/);
});

test('each byte has a text, and a text is plain', () => {
  const bytes = Uint8Array.from({ length: 512 }, (_, i) => i);
  const text = asText(bytes);
  assert.deepEqual(decode(text), bytes);
  assert.match(text, /^[ !#-[\]-~]*$/);
});

test('reading a view asks for the buffer once for each growth', () => {
  const exports = instantiate();
  let asked = 0;
  const { memory } = exports;
  const counted = {
    get buffer() {
      asked++;
      return memory.buffer;
    },
  };
  const heap = heapOf({ ...exports, memory: counted });
  heap.u8.fill(0);
  const before = asked;
  for (let i = 0; i < 1000; i++) heap.u8[i] = i;
  assert.equal(asked, before);
  memory.grow(1);
  for (let i = 0; i < 1000; i++) heap.u8[i] = i;
  assert.ok(asked > before && asked <= before + 2, `${asked - before} times`);
});

test('a bundle of createHeap leaves out what loads', async () => {
  const importing = (entry) => bundle(`export { createHeap } from 'tlsf-wasm${entry}'`);
  for (const entry of ['', '/fast', '/any'])
    assert.doesNotMatch(String(await importing(entry)), /fetch\(/);
  assert.ok(createHeap().malloc(1) > 0);
});
