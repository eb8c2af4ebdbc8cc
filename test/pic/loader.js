// SPDX-License-Identifier: MIT OR Apache-2.0
// As little of a dynamic loader as the tests need: places modules with a
// dylink.0 section into one memory, one behind the other.

import { numbersOf } from '../support/leb.js';

const PAGE = 65536;
const MEMORY_INFO = 1;

/** {size, align} of a module's data, from its dylink.0 section. */
function memoryInfo(module) {
  const [section] = WebAssembly.Module.customSections(module, 'dylink.0');
  const numbers = numbersOf(new Uint8Array(section));
  while (numbers.at < section.byteLength) {
    const kind = numbers.next();
    const bytes = numbers.next();
    const end = numbers.at + bytes;
    if (kind === MEMORY_INFO) return { size: numbers.next(), align: 2 ** numbers.next() };
    numbers.at = end;
  }
  return { size: 0, align: 1 };
}

const constant = (value) => new WebAssembly.Global({ value: 'i32', mutable: false }, value);
const variable = (value) => new WebAssembly.Global({ value: 'i32', mutable: true }, value);

/** A process: `pages` of memory at first and `most` at most, and load(bytes, symbols) for each module of it. */
export function createProcess(pages, most = PAGE) {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: most });
  const table = new WebAssembly.Table({ initial: 64, element: 'anyfunc' });
  const stack = variable(PAGE);
  let end = PAGE; // the stack lies below
  let tableEnd = 1;
  return {
    memory,
    /** Where the data of the modules end so far. */
    get end() {
      return end;
    },
    /**
     * Loads a module. `symbols(end)` are the addresses of GOT.mem, given where its
     * own data end; what is not among them is 0, as for any weak symbol.
     */
    load(bytes, { functions = {}, symbols = () => ({}) } = {}) {
      const module = new WebAssembly.Module(bytes);
      const { size, align } = memoryInfo(module);
      const base = Math.ceil(end / align) * align;
      end = base + size;
      const known = symbols(end);
      const env = {
        memory,
        __indirect_function_table: table,
        __stack_pointer: stack,
        __memory_base: constant(base),
        __table_base: constant(tableEnd),
        ...functions,
      };
      const imports = WebAssembly.Module.imports(module);
      const got = Object.fromEntries(
        imports
          .filter((each) => each.module === 'GOT.mem')
          .map(({ name }) => [name, variable(known[name] ?? 0)]),
      );
      const { exports } = new WebAssembly.Instance(module, { env, 'GOT.mem': got });
      exports.__wasm_apply_data_relocs?.();
      exports.__wasm_call_ctors?.();
      tableEnd += 16;
      return { exports: { ...exports, memory }, imports: Object.keys(got) };
    },
  };
}
