// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh record: records what a native program asks of malloc and its
// family, with the time, in the format of js/recording.js.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { packOne, packPause } from '../js/recording.js';
import { compileShim, environment, largestIn, operations, RecordError } from './preload.js';

const ROOM = 1 << 16;

const HELP = `usage: ./build.sh record [--process NAME] -o FILE COMMAND...

Runs a native program (Linux with glibc) and records what it asks of malloc and
its family: sizes, order and time. FILE is then read by ./build.sh map and by
docs/heap/index.html. Of several processes the one that asked most is recorded.

  --process NAME  the processes to record, if they are not named as COMMAND is
  -o FILE         where to write the recording`;

function parse(args) {
  const options = {};
  const names = { '--process': 'name', '-o': 'file' };
  while (names[args[0]]) options[names[args.shift()]] = args.shift();
  if (!options.file || !args.length || args[0].startsWith('-')) throw new RecordError(HELP);
  return { name: basename(args[0]), ...options, command: args };
}

/** Writes a recording of events, which is never whole in memory; returns its operations. */
function convert(events, to) {
  const file = openSync(to, 'w');
  let bytes = packPause(0);
  let [last, count] = [0, 0];
  const flush = () => {
    writeSync(file, Uint8Array.from(bytes));
    bytes = [];
  };
  operations(events, (what, size, now) => {
    const microseconds = last ? Math.round((now - last) / 1000) : 0;
    if (microseconds) packPause(microseconds, bytes);
    if (microseconds || !last) last = now;
    packOne(what, size, bytes);
    count++;
    if (bytes.length > ROOM) flush();
  });
  flush();
  closeSync(file);
  return count;
}

function record({ name, file, command }, directory) {
  const from = process.env.TLSF_FROM ?? '.';
  const shim = compileShim(directory);
  const { error, status } = spawnSync(command[0], command.slice(1), {
    cwd: from,
    stdio: 'inherit',
    env: { ...process.env, ...environment(shim, directory, name) },
  });
  if (error) throw new RecordError(`${command[0]}: ${error.message}`);
  const to = resolve(from, file);
  const count = convert(largestIn(directory, name), to);
  console.log(`${file}: ${count} operations, ${statSync(to).size} bytes`);
  process.exitCode = status ?? 1;
}

const directory = mkdtempSync(join(tmpdir(), 'tlsf-'));
try {
  if (process.argv[2] === '--help') console.log(HELP);
  else record(parse(process.argv.slice(2)), directory);
} catch (error) {
  if (!(error instanceof RecordError)) throw error;
  console.error(`record: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true });
}
