// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs that Emscripten compiles and links, and Node.js runs.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/build.js';

const run = (command, args, options) =>
  spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28, ...options });

const probed = run('emcc', ['--version']);

/** False, or why there is no Emscripten and how to get it. */
export const missing =
  probed.status !== 0 &&
  'emcc is missing: install Emscripten (Debian: apt-get install emscripten), or activate an emsdk';

/** What Emscripten says that it is. */
export const version = /^emcc.*? (\d+\.\d+\.\d+)/.exec(probed.stdout ?? '')?.[1];

/** The flag that links an archive of ours. */
export const archive = (name) => join(root, 'dist', 'lib', 'wasm32', `${name}.a`);

/** Debian's emcc looks for its acorn where only Debian's own Node.js does. */
export const environment = { NODE_PATH: '/usr/share/nodejs', ...process.env };

/** What emcc says of an argument list: {status, errors}. Paths are those of the project. */
export function emcc(args) {
  const compiler = args.some((arg) => arg.endsWith('.cpp')) ? 'em++' : 'emcc';
  const { status, stderr } = run(compiler, args, { cwd: root, env: environment });
  return { status, errors: stderr };
}

/** A program, built at `out` (.js or .wasm); throws what emcc said if it failed. */
export function build(out, args) {
  const { status, errors } = emcc([...args, '-o', out]);
  if (status !== 0 || !existsSync(out)) throw new Error(`emcc ${args.join(' ')}\n${errors}`);
  return out;
}

// Emscripten before 3.1.8 fetches a file's path where there is a fetch.
const START = 'delete globalThis.fetch; require(process.argv[1])';

/** Runs a program's .js to its end, which a program with stale views does not reach. */
export const execute = (path, args = [], input = '') =>
  run(process.execPath, ['--eval', START, path, ...args], { input, timeout: 120000 });
