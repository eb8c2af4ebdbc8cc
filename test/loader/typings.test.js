// SPDX-License-Identifier: MIT OR Apache-2.0
// Each function of js/*.d.ts has an @example, which runs and prints what the
// comment behind each console.log says.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { HEAP } from '../../tools/builds.js';
import { link, linkFlags, readArchive } from '../../tools/build.js';

const root = join(import.meta.dirname, '..', '..');
const made = join(root, 'build', 'examples');

/** {name, text} of each function of a file of declarations. */
function functions(file) {
  const text = readFileSync(join(root, 'js', file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isFunctionDeclaration(node) || ts.isMethodSignature(node))
      found.push({ name: node.name.getText(), owner: node.parent.name?.getText(), node });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const OWNERS = [undefined, 'Heap', 'AnyHeap', 'RangeHeap'];
const exampleOf = (node) =>
  ts.getJSDocTags(node).find(({ tagName }) => tagName.text === 'example')?.comment;

const files = readdirSync(join(root, 'js')).filter((name) => name.endsWith('.d.ts'));
const all = files.flatMap((file) => functions(file).map((found) => ({ file, ...found })));
const documented = all.filter(({ owner }) => OWNERS.includes(owner));

after(() => rmSync(made, { recursive: true, force: true }));

/** What an example says that it prints. */
const promised = (code) =>
  [...code.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map(([, text]) => text);

/** A program with all exports that the examples use. */
async function programOf() {
  const symbols = Object.values(HEAP).flatMap((row) => row.functions);
  const family = ['malloc', 'free', 'malloc_usable_size'];
  const bytes = await link([await readArchive('libtlsf')], [...family, ...symbols], linkFlags({}));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes));
}

const program = programOf();

/** Runs an example as a module; the heap and the program are there already. */
async function run(code, name) {
  const hasOwn = /^import /m.test(code);
  const before = hasOwn
    ? ''
    : "import { createHeap } from 'tlsf-wasm';\nimport { heapOf } from 'tlsf-wasm/any';\nconst heap = createHeap();\n";
  mkdirSync(made, { recursive: true });
  const path = join(made, `${name}.mjs`);
  writeFileSync(
    path,
    `export const printed = [];\nconst console = { log: (...values) => printed.push(values.join(' ')) };\n` +
      `const { program } = globalThis;\n${before}${code}`,
  );
  globalThis.program = await program;
  const { printed } = await import(pathToFileURL(path));
  return printed;
}

for (const [i, { file, name, node }] of documented.entries()) {
  const code = exampleOf(node);
  if (code === undefined) continue;
  test(`${file}: ${name}`, async () => {
    assert.deepEqual(await run(String(code), `${name}-${i}`), promised(String(code)));
  });
}

test('each function has an example', () => {
  const shown = new Set(documented.filter(({ node }) => exampleOf(node)).map(({ name }) => name));
  const without = documented.filter(({ name }) => !shown.has(name));
  assert.deepEqual(
    without.map(({ file, name }) => `${file}: ${name}`),
    [],
  );
  assert.ok(shown.size > 20);
});
