// SPDX-License-Identifier: MIT OR Apache-2.0
// Deno, and Cloudflare's runtime: their packages of npm hold programs of 250 MB, so they
// are fetched when a test asks for them and not by ./build.sh.
import { join } from 'node:path';
import { fetched } from '../../bench/fetched.js';

export const LOCKED = join(import.meta.dirname, 'runtimes');

const { platform, arch } = process;
const PROGRAMS = {
  deno: `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}/deno`,
  workerd: `@cloudflare/workerd-${platform}-${arch === 'x64' ? '64' : arch}/bin/workerd`,
};

/** {deno, workerd}: {path, version} of each, or {missing}, which says why there are none. */
export const runtimes = () => fetched(LOCKED, PROGRAMS);
