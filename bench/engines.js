// SPDX-License-Identifier: MIT OR Apache-2.0
// The JavaScript engines: how each is found, how it runs a script, and how to
// get it if it is missing.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BuildError, packageRoot } from '../tools/toolchain.js';
import { node26Here } from './node26.js';

// On some processors glibc's `rep movsb` makes V8's memory.copy up to 60 times
// slower when source and destination lie a small number apart modulo 4096.
const GLIBC = 'glibc.cpu.x86_rep_movsb_threshold=0x7fffffffffffffff';

const run = (path, args) => {
  const { status, stdout } = spawnSync(path, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
};

/** bun's binary. Without install scripts, its own package has only a placeholder. */
function findBun() {
  const names = [`${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`];
  const old =
    process.platform === 'linux' &&
    process.arch === 'x64' &&
    !/\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
  if (old) names.unshift(`${names[0]}-baseline`);
  const paths = names
    .flatMap((name) => [name, `${name}-musl`])
    .map((name) => join(packageRoot(`@oven/bun-${name}`), 'bin', 'bun'));
  return [...paths.filter(existsSync), 'bun'].find((path) => run(path, ['--version'])) ?? null;
}

const findShell = () =>
  ['js', 'js140', 'js128', 'js115', 'js102'].find((path) =>
    /^JavaScript-C/.test(run(path, ['--version']) ?? ''),
  ) ?? null;

/** Node.js 26; without it, the one that runs this, which the results then name. */
function findRecord() {
  const { path, missing } = node26Here();
  if (missing) console.error(`bench: ${missing}\nbench: V8 is that of this Node.js instead`);
  return path ?? process.execPath;
}

/** V8 by its Node.js. */
const V8 = {
  version: (path) =>
    run(path, ['-p', '`V8 ${process.versions.v8} (Node.js ${process.versions.node})`']),
  // Only the optimising compiler: no call changes from one compiler's code to another's.
  args: ['--no-warnings', '--expose-gc', '--no-liftoff', '--no-wasm-tier-up'],
};

/**
 * Each has a name, find(), which returns a path or null, version(path), and args.
 * The first is the engine of record.
 */
export const ENGINES = {
  v8: { ...V8, name: 'V8', find: findRecord },
  node: {
    ...V8,
    name: `V8 ${process.versions.v8.split('.')[0]}`,
    find: () => process.execPath,
  },
  jsc: {
    name: 'JavaScriptCore',
    find: findBun,
    version: (path) => `JavaScriptCore (Bun ${run(path, ['--version'])})`,
    args: [],
    get: 'npm install has it as the package bun, for this system @oven/bun-*; or put bun on PATH (https://bun.sh)',
  },
  spidermonkey: {
    name: 'SpiderMonkey',
    find: findShell,
    version: (path) => `SpiderMonkey ${run(path, ['--version']).replace('JavaScript-C', '')}`,
    args: ['--wasm-compiler=ion', '-m'],
    get: 'put its shell on PATH as js (Debian 12: apt-get install libmozjs-102-dev)',
  },
};

/** The engine of a name: {key, name, version, path, args}, or it throws. */
export function engine(key) {
  if (!Object.hasOwn(ENGINES, key))
    throw new BuildError(
      `there is no engine ${key}; there are: ${Object.keys(ENGINES).join(', ')}`,
    );
  const { name, find, version, args, get } = ENGINES[key];
  const path = find();
  if (!path) throw new BuildError(`${name} is missing: ${get}`);
  return { key, name, path, args, version: version(path) };
}

/** Runs a script in an engine, in a directory, and returns the results that it prints as JSON. */
export async function runScript({ name, path, args }, script, directory) {
  const options = {
    cwd: directory,
    env: { ...process.env, GLIBC_TUNABLES: GLIBC },
    maxBuffer: 1 << 28,
  };
  let stdout;
  try {
    ({ stdout } = await promisify(execFile)(path, [...args, script], options));
  } catch (error) {
    throw new BuildError(`${name} failed: ${error.stderr || error.message}`);
  }
  const output = JSON.parse(stdout || '{"error": "printed nothing"}');
  if (output.error) throw new BuildError(`${name}: ${output.error}`);
  return output.results;
}
