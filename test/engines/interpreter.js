// SPDX-License-Identifier: MIT OR Apache-2.0
// wabt's interpreter, which has no JavaScript: each scenario becomes a script of
// WebAssembly's own test suite, calls with the results that V8 gave, and
// spectest-interp asserts each.
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BuildError } from '../../tools/toolchain.js';
import { root } from '../../tools/build.js';
import { observe } from './observe.js';

const i32 = (n) => ({ type: 'i32', value: `${n >>> 0}` });

/** The commands of a scenario: two modules, then a call each. */
function commandsOf({ file, scenario }, modules) {
  const commands = [
    { type: 'module', line: 0, name: '$heap', filename: file },
    { type: 'register', line: 0, name: '$heap', as: 'heap' },
    { type: 'module', line: 0, name: '$driver', filename: 'driver.wasm' },
  ];
  observe(modules, scenario, ({ module, name, args, result }) => {
    const action = { type: 'invoke', module: `$${module}`, field: name, args: args.map(i32) };
    commands.push({
      type: 'assert_return',
      line: commands.length,
      action,
      expected: result === undefined ? [] : [i32(result)],
    });
  });
  return commands;
}

const run = (path, args) => spawnSync(path, args, { encoding: 'utf8' });

/** Does what V8 did; returns how many calls that were, or throws. */
async function replay(path, each, files, directory, change) {
  const modules = {
    heap: new WebAssembly.Module(files[each.file]),
    driver: new WebAssembly.Module(files['driver.wasm']),
  };
  const commands = change(commandsOf(each, modules));
  await writeFile(
    join(directory, 'script.json'),
    JSON.stringify({ source_filename: 'scenarios.js', commands }),
  );
  const { stdout, stderr } = await promisify(execFile)(path, ['script.json'], {
    cwd: directory,
  }).catch((error) => error);
  const passed = commands.length - 1; // all but the `register`
  if (stdout.trim() === `${passed}/${passed} tests passed.`) return passed - 2;
  throw new BuildError(`wabt, ${each.title}:\n${stdout.slice(0, 2000)}${stderr}`);
}

/** Replays in the interpreter each scenario as V8 played it; returns the number of calls. */
async function replayAll(path, scenarios, files, change = (commands) => commands) {
  const directory = join(root, 'build', 'engines', `wabt-${process.pid}`);
  await mkdir(directory, { recursive: true });
  try {
    for (const [name, bytes] of Object.entries(files))
      await writeFile(join(directory, name), bytes);
    let calls = 0;
    for (const each of scenarios) calls += await replay(path, each, files, directory, change);
    return calls;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export const INTERPRETER = {
  name: "wabt's interpreter",
  find: () => (run('spectest-interp', ['--version']).status === 0 ? 'spectest-interp' : null),
  version: (path) => `wabt ${run(path, ['--version']).stdout.trim()}, interpreted`,
  get: 'put spectest-interp on PATH (Debian: apt-get install wabt)',
  replay: replayAll,
};
