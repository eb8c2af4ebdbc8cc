// SPDX-License-Identifier: MIT OR Apache-2.0
// Coverage of tools/*.js by V8's own count, over every process that some tests
// start: a line counts when each of its characters ran in one of them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuildError } from '../../tools/toolchain.js';
import { root } from '../../tools/build.js';

const TESTS = [
  ...['build', 'bound', 'ledger', 'archive', 'progress', 'features'].map(
    (name) => `test/build/${name}.test.js`,
  ),
  ...['build', 'copyloop', 'kept', 'names', 'rules', 'scanloop'].map(
    (name) => `tools/${name}.test.js`,
  ),
];

/** Marks what did not run in one process: inner ranges are more precise. */
function notRun(functions, length) {
  const missed = new Uint8Array(length);
  const ranges = functions.flatMap((each) => each.ranges);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of ranges)
    missed.fill(count === 0 ? 1 : 0, startOffset, endOffset);
  return missed;
}

function addProcess(union, report) {
  for (const { url, functions } of report.result) {
    const [, name] = /^file:.*\/tools\/(\w+\.js)$/.exec(url) ?? [];
    if (!name || /node_modules/.test(url)) continue;
    const text = readFileSync(join(root, 'tools', name), 'utf8');
    const missed = notRun(functions, text.length);
    if (!union.has(name)) union.set(name, missed);
    else union.get(name).forEach((was, i, all) => (all[i] = was && missed[i]));
  }
}

/** Lines with code of a file, and whether all of each ran. */
function linesOf(name, missed) {
  const lines = [];
  let at = 0;
  for (const text of readFileSync(join(root, 'tools', name), 'utf8').split('\n')) {
    const isCode = /\w/.test(text.replace(/^\s*(\/\/|\/?\*).*$/, ''));
    const ran = ![...text].some((character, i) => missed[at + i] && /[^\s})\];,]/.test(character));
    if (isCode) lines.push({ text: text.trim(), ran });
    at += text.length + 1;
  }
  return lines;
}

/** file => [{text, ran}...], a line each. The tests run beside whatever the caller does. */
export async function nodeCoverage() {
  const directory = mkdtempSync(join(tmpdir(), 'tlsf-v8-'));
  chmodSync(directory, 0o777); // a test runs the driver as nobody
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: directory, CC: '', WASI_SDK_PATH: '' };
    const printed = join(directory, 'printed');
    const output = openSync(printed, 'w');
    const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', ...TESTS], {
      cwd: root,
      env,
      stdio: ['ignore', output, output],
    });
    const [status] = await once(tests, 'exit');
    if (status !== 0)
      throw new BuildError(`coverage: the tests fail:\n${readFileSync(printed, 'utf8')}`);
    const union = new Map();
    for (const name of readdirSync(directory).filter((file) => file.endsWith('.json')))
      addProcess(union, JSON.parse(readFileSync(join(directory, name), 'utf8')));
    return new Map(
      [...union].sort().map(([name, missed]) => [`tools/${name}`, linesOf(name, missed)]),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
