// SPDX-License-Identifier: MIT OR Apache-2.0
import createWabt from 'wabt';

const wabt = await createWabt();

/** A module's bytes from WebAssembly's text format, with the functions' names. */
export function assemble(text) {
  const module = wabt.parseWat('test.wat', text, {
    bulk_memory: true,
    threads: true,
    memory64: true,
  });
  try {
    return module.toBinary({ write_debug_names: true }).buffer;
  } finally {
    module.destroy();
  }
}
