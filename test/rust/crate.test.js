// SPDX-License-Identifier: MIT OR Apache-2.0
// The crate as cargo packs it, docs/rust.md followed from an empty folder, the
// example, and the sizes that the page gives.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { table } from '../../bench/rust.js';
import { root } from '../../tools/build.js';
import { crate, GET } from '../../tools/crate.js';
import { markdown, part } from '../../tools/readme.js';
import { follow, readPage } from '../install/page.js';
import { testWith } from '../support/needs.js';
import { inTemporary } from '../support/temporary.js';
import { isWhole } from '../support/tier.js';
import { cargo, command, environment, made, missing, UNKNOWN, version } from './cargo.js';

const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const name = `tlsf-wasm-${own.version}`;
const file = join(made, `${name}.crate`);

before(async () => {
  if (missing) return;
  await mkdir(made, { recursive: true });
  await writeFile(file, /** @type {Uint8Array} */ (await crate(own.version, command)));
});

testWith(missing, 'the crate has what it needs: archives, headers, licences', async () => {
  const listed = execFileSync('tar', ['tzf', file], { encoding: 'utf8' }).trim().split('\n');
  const manifest = execFileSync('tar', ['xzOf', file, `${name}/Cargo.toml`], { encoding: 'utf8' });
  for (const path of ['lib/libtlsf.a', 'include/tlsf_malloc.h', 'LICENSE-MIT', 'build.rs'])
    assert(listed.includes(`${name}/${path}`), path);
  assert.deepEqual(
    listed.filter((path) => /vcs|target/.test(path)),
    [],
  );
  assert.match(manifest, /^rust-version = "1\.63"$/m);
});

testWith(missing, 'the crate has the same bytes each time', async () => {
  assert.deepEqual(await crate(own.version, command), await readFile(file));
});

test('without cargo a release says what is missing; in CI it fails', async (t) => {
  const all = process.env;
  t.after(() => (process.env = all));
  process.env = { ...all };
  const { mock } = t.mock.method(console, 'error', () => undefined);
  delete process.env.CI;
  assert.equal(await crate(own.version, 'no-such-cargo'), undefined);
  const told = String(mock.calls[0].arguments[0]);
  assert(told.includes('cargo is missing') && told.includes(GET), told);
  process.env.CI = 'true';
  await assert.rejects(crate(own.version, 'no-such-cargo'), /cargo is missing/);
});

test('what cargo says when it fails is passed on', () =>
  assert.rejects(crate(own.version, 'false'), /cargo package failed/));

if (isWhole)
  testWith(missing, 'cargo builds what it packed', () =>
    inTemporary((directory) => {
      execFileSync('tar', ['xzf', file], { cwd: directory });
      const args = ['build', '--offline', '--quiet', '--target', UNKNOWN];
      assert.equal(cargo(args, join(directory, name)), '', 'no warning');
    }),
  );

for (const section of await readPage('docs/rust.md'))
  if (section.steps.length && (isWhole || section.title === 'In a program'))
    testWith(missing, `docs/rust.md: ${section.title}`, () =>
      follow(section, () => file, undefined, environment),
    );

test('docs/rust.md and rust/Cargo.toml have the version of package.json', async () => {
  const [page, manifest] = await Promise.all(
    ['docs/rust.md', 'rust/Cargo.toml'].map((path) => readFile(join(root, path), 'utf8')),
  );
  assert(page.includes(`${name}.crate`));
  assert(manifest.includes(`\nversion = "${own.version}"\n`));
});

if (isWhole)
  testWith(missing, 'examples/rust is built and run as its README says', async () => {
    const text = await readFile(join(root, 'examples', 'rust', 'README.md'), 'utf8');
    const blocks = [...text.matchAll(/```(?:sh)?\n(.*?\n)```/gs)].map(([, block]) => block);
    const [build, run, output] = blocks;
    const options = /** @type {const} */ ({ cwd: root, encoding: 'utf8', env: environment });
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', build + run], options);
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: output, stderr: '' });
  });

if (isWhole)
  testWith(missing, 'docs/rust.md has the sizes that are measured', async (t) => {
    const rows = await table(['', 'tlsf', 'fast']);
    t.diagnostic(`\n${markdown([['bytes', 'Box', 'more'], ...rows])}`);
    const [standard, small, fast] = rows.map(([, bytes]) => bytes);
    assert(small * 4 < standard && small < fast && fast < standard);
    const page = part(await readFile(join(root, 'docs', 'rust.md'), 'utf8'), 'rust sizes');
    if (page.includes(`rustc ${version}.`))
      for (const row of rows) assert(page.includes(`| ${row.join(' | ')} |`), row.join(' | '));
  });
