#!/usr/bin/env node
// SPDX-License-Identifier: MIT OR Apache-2.0
// npx tlsf-wasm COMMAND: the commands of the package. Each is a file of its own
// and an entry of the table; what fails by the user's doing throws a UserError.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from './error.js';

/** A command: what it does, how it is called, and its function of the arguments, which returns text. */
const COMMANDS = {
  size: {
    help: 'size FILE.wasm      what the allocator of a module takes, and what ours would',
    load: async () => (await import('./size.js')).size,
  },
  compare: {
    help: 'compare FILE...     builds your program with each archive and compares the bytes',
    load: async () => (await import('./compare.js')).compare,
  },
  map: {
    help: 'map RECORDING       draws the memory of a recording and prints its statistics',
    load: async () => (await import('./map.js')).map,
  },
};

const USAGE = `usage: tlsf-wasm COMMAND ...

${Object.values(COMMANDS)
  .map(({ help }) => `  ${help}`)
  .join('\n')}
`;

const HELP = [undefined, 'help', '--help', '-h'];

const readVersion = () =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')).version;

/** @param {string[]} words a command and its arguments */
async function main([command, ...args]) {
  if (HELP.includes(command)) return USAGE;
  if (command === '--version') return `tlsf-wasm ${readVersion()}\n`;
  if (!Object.hasOwn(COMMANDS, command))
    throw new UserError(`there is no command ${command}\n${USAGE}`);
  return (await COMMANDS[command].load())(args);
}

try {
  process.stdout.write(await main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`tlsf-wasm: ${error.message}`);
  process.exitCode = 1;
}
