// SPDX-License-Identifier: MIT OR Apache-2.0
// In an engine: SQLite of wasm64 with each archive of plan.json runs script.sql.
import { perform, read } from '../../bench/host.js';

/** What a program prints. It must have given all blocks back when that is freed. */
function outputOf(wasm, script) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  const { memory, malloc, free, script_output, used_blocks } = exports;
  const bytes = (p, length) => new Uint8Array(memory.buffer, Number(p), length);
  const given = malloc(BigInt(script.length + 1));
  bytes(given, script.length).set(script);
  bytes(given, script.length + 1)[script.length] = 0;
  const printed = script_output(given);
  if (!printed) throw new Error('SQLite reports an error');
  const all = bytes(printed);
  const text = new TextDecoder().decode(all.slice(0, all.indexOf(0)));
  for (const p of [given, printed]) free(p);
  if (used_blocks()) throw new Error(`${used_blocks()} blocks are left`);
  return { text, pages: memory.buffer.byteLength / 65536 };
}

perform(({ programs }) => programs.map((name) => outputOf(read(name), read('script.sql'))));
