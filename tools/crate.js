// SPDX-License-Identifier: MIT OR Apache-2.0
// The crate that cargo would publish: rust/ with the archives and headers of dist/.
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './build.js';
import { BuildError } from './toolchain.js';

/** The archives that a feature of the crate chooses, and the one without a feature. */
const ARCHIVES = ['', '-fast', '-hard', '-checked', '-mvp', '-threads'].map(
  (build) => `libtlsf${build}.a`,
);

const OWN = ['Cargo.toml', 'build.rs', 'README.md', 'src'];
const LICENCES = ['LICENSE-MIT', 'LICENSE-APACHE'];

/** Lays out the crate in an empty directory. */
async function stage(directory) {
  await mkdir(join(directory, 'lib'));
  const copy = (from, to) => cp(join(root, from), join(directory, to), { recursive: true });
  for (const name of OWN) await copy(`rust/${name}`, name);
  for (const name of LICENCES) await copy(name, name);
  for (const name of ARCHIVES) await copy(`dist/lib/wasm32/${name}`, `lib/${name}`);
  await copy('dist/include', 'include');
}

/** How to get what makes the crate. */
export const GET = 'install Rust from https://rustup.rs (Debian: apt-get install cargo)';

/**
 * Is cargo there? If not it says so, and how to get it; in CI that is an error.
 *
 * @param {string} command
 */
function isInstalled(command) {
  if (!spawnSync(command, ['--version']).error) return true;
  const told = `cargo is missing, which makes the crate: ${GET}`;
  if (process.env.CI) throw new BuildError(told);
  console.error(`build.sh: ${told}; this release has no crate`);
  return false;
}

/** What cargo packs in a directory. */
async function pack(command, directory, version) {
  await stage(directory);
  const args = ['package', '--offline', '--no-verify', '--quiet', '--target-dir', 'target'];
  const { status, stderr } = spawnSync(command, args, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new BuildError(`cargo package failed\n${stderr}`);
  return readFile(join(directory, 'target', 'package', `tlsf-wasm-${version}.crate`));
}

/** The bytes of the crate, as cargo packs it; undefined without cargo. */
export async function crate(version, command = 'cargo') {
  if (!isInstalled(command)) return undefined;
  // build/ is no part of the repository: cargo finds no commit to write into the crate.
  const directory = await mkdtemp(join(root, 'build', 'crate-'));
  try {
    return await pack(command, directory, version);
  } finally {
    await rm(directory, { recursive: true });
  }
}
