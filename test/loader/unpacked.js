// SPDX-License-Identifier: MIT OR Apache-2.0
// The package as npm would publish it, in the node_modules of an empty project.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

// Not from where ./build.sh test was called.
const { TLSF_FROM: _, ...env } = process.env;

/** Runs a program and returns what it prints; fails if it does. */
export function run(command, args, cwd, more = {}) {
  const shell = process.platform === 'win32' && command === 'npm';
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...env, ...more },
    encoding: 'utf8',
    shell,
  });
  assert.equal(error, undefined);
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** Packs the package; returns what npm says of it. */
export function pack(directory) {
  const flags = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory];
  return JSON.parse(run('npm', flags, root))[0];
}

/** A project with the package: where it is, where the package and its tarball are, how it ends. */
export async function unpacked() {
  const project = await mkdtemp(join(tmpdir(), 'tlsf-wasm-'));
  const installed = join(project, 'node_modules', 'tlsf-wasm');
  await mkdir(installed, { recursive: true });
  await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }');
  const tarball = join(project, pack(project).filename);
  run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'], project);
  return { project, installed, tarball, end: () => rm(project, { recursive: true, force: true }) };
}
