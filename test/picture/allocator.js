// SPDX-License-Identifier: MIT OR Apache-2.0
// The modules of dist/ as cli/heap plays on them.
import { LAYOUTS } from '../../cli/heap/layouts.js';
import { MODULES } from '../../tools/builds.js';
import { shippedBytes, withoutTable } from '../support/modules.js';

/** A module by its name. */
export async function allocatorOf(name) {
  const bytes = await shippedBytes(name);
  const module = new WebAssembly.Module(MODULES[name]?.target ? withoutTable(bytes) : bytes);
  return { name, module, layout: LAYOUTS[name] };
}
