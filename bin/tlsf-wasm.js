#!/usr/bin/env node
// SPDX-License-Identifier: MIT OR Apache-2.0
// The commands of the package: npx tlsf-wasm COMMAND.
import { MapError, run as map } from './map.js';

const COMMANDS = {
  map: { help: 'draws the memory of a recording', run: map },
};

const usage = () =>
  ['usage: npx tlsf-wasm COMMAND [ARGUMENT...]', '']
    .concat(Object.entries(COMMANDS).map(([name, { help }]) => `  ${name.padEnd(8)} ${help}`))
    .join('\n');

const [name, ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined;
try {
  if (command) console.log(command.run(args));
  else console.log(usage());
  if (!command && name !== '--help') process.exitCode = 1;
} catch (error) {
  if (!(error instanceof MapError)) throw error;
  console.error(`tlsf-wasm ${name}: ${error.message}`);
  process.exitCode = 1;
}
