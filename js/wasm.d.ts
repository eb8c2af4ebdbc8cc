// SPDX-License-Identifier: MIT OR Apache-2.0
// What `import module from 'tlsf-wasm/tlsf.wasm'` gives depends on who loads it: a
// compiled module in Cloudflare Workers, bytes or a URL with a bundler that is
// told so. createHeap({ wasm }) takes a module or bytes, loadHeap each of them.
import type { Module } from './index.js';

declare const module: Module;
export default module;
