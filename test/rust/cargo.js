// SPDX-License-Identifier: MIT OR Apache-2.0
// The Rust that is installed: the first one of PATH, or Debian's, that has what
// a program for wasm32 is linked with.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from '../../tools/build.js';

const PACKAGES = 'rustc cargo libstd-rust-dev-wasm32 lld-14 clang-19';

const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];

const ask = (rustc, ...args) => spawnSync(rustc, args, { encoding: 'utf8' }).stdout?.trim() ?? '';

/** Where a toolchain keeps the library of a target, if it has it. */
function hasTarget(place, target) {
  const rustc = join(place, 'rustc');
  if (!existsSync(rustc) || !existsSync(join(place, 'cargo'))) return false;
  const library = ask(rustc, '--print', 'target-libdir', '--target', target);
  return library !== '' && existsSync(library);
}

export const UNKNOWN = 'wasm32-unknown-unknown';
export const WASI = 'wasm32-wasi';

const place = places.find((each) => hasTarget(each, UNKNOWN));
const clang = places.some((each) => existsSync(join(each, 'clang-19')));

/** False, or what the tests of Rust need and is not installed. */
export const missing =
  (!place || !clang) && `Rust for ${UNKNOWN} is missing: Debian: apt-get install ${PACKAGES}`;

/** As above, for programs of wasi. From Rust 1.84 on its name is another. */
export const missingWasi =
  missing ||
  (!hasTarget(place, WASI) && `Rust for ${WASI} is missing: Debian: apt-get install ${PACKAGES}`);

/** Of the compiler: 1.63.0 */
export const version = place ? ask(join(place, 'rustc'), '--version').split(' ')[1] : '';

/** The cargo of that toolchain. */
export const command = join(place ?? '', 'cargo');

/** What `cargo` and `rustc` mean to a shell that runs in it. */
export const environment = {
  ...process.env,
  PATH: `${place}${delimiter}${process.env.PATH}`,
  RUSTC: join(place ?? '', 'rustc'),
  CARGO_NET_OFFLINE: 'true',
  NODE_TEST_CONTEXT: undefined,
};

/**
 * A program with alloc and without std is stable from Rust 1.68 on; before, it needs a feature of
 * the compiler, which RUSTC_BOOTSTRAP allows.
 */
export const withoutStd =
  Number(version.split('.')[1]) < 68
    ? { RUSTC_BOOTSTRAP: '1', RUSTFLAGS: '--cfg before_1_68' }
    : {};

/** Runs cargo in a directory; throws what it said if it fails. */
export function cargo(args, cwd, env = {}) {
  const options = /** @type {const} */ ({ cwd, encoding: 'utf8', env: { ...environment, ...env } });
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  assert.equal(status, 0, `cargo ${args.join(' ')}: ${error ?? ''}\n${stdout}${stderr}`);
  return stderr;
}

/** Where cargo puts what it makes of the project's own programs. */
export const made = join(root, 'build', 'rust');
