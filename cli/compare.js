// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm compare FILE... [-- FLAG...]: links a C or C++ program with each archive
// and with libc's own malloc, by a clang of yours, and compares the bytes. (In the
// repository ./build.sh compare has other allocators too, and brings its clang.)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compressed } from './compressed.js';
import { checkFile, UserError } from './error.js';
import { table } from './table.js';

const lib = join(import.meta.dirname, '..', 'dist', 'lib', 'wasm32');
const ARCHIVES = ['tlsf', 'tlsf-fast', 'tlsf-mvp', 'tlsf-hard'];
const GET =
  'install wasi-sdk and set WASI_SDK_PATH, or on Debian: ' +
  'apt-get install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32';
const GET_CPLUSPLUS = `${GET} libc++-19-dev-wasm32 libc++abi-19-dev-wasm32`;
const FLAGS = ['--target=wasm32-wasi', '-Oz', '-Wl,--gc-sections,--strip-all'];
const NO_MAIN = ['-mexec-model=reactor', '-Wl,--export-dynamic', '-fvisibility=default'];
/** wasi's libc++ comes without exceptions. */
const CPLUSPLUS = ['-fno-exceptions'];
/** Behind all files. */
const LIBCPLUSPLUS = ['-lc++', '-lc++abi'];
const isCplusplus = (path) => /\.(cc|cpp|cxx|c\+\+|C)$/.test(path);

/** The first clang that runs: $CC, that of $WASI_SDK_PATH, or one on PATH. */
function findClang({ CC, WASI_SDK_PATH } = process.env) {
  const asked = CC ?? (WASI_SDK_PATH && join(WASI_SDK_PATH, 'bin', 'clang'));
  const found = (asked ? [asked] : ['clang-19', 'clang']).find(
    (path) => spawnSync(path, ['--version']).status === 0,
  );
  if (!found) throw new UserError(`there is no clang${asked ? ` at ${asked}` : ''}: ${GET}`);
  return found;
}

/** Links the program to a file, or says what clang says. */
function link(clang, args, get) {
  const { status, stderr } = spawnSync(clang, args, { encoding: 'utf8' });
  if (status !== 0)
    throw new UserError(`${clang} fails; if it lacks libc: ${get}\n${stderr.trimEnd()}`);
}

/** @param {string[]} args */
export function compare(args) {
  const split = args.includes('--') ? args.indexOf('--') : args.length;
  const [files, flags] = [args.slice(0, split), args.slice(split + 1)];
  if (!files.length)
    throw new UserError('compare takes C or C++ files: tlsf-wasm compare FILE.c [-- FLAG...]');
  for (const file of files) checkFile(file);
  const clang = findClang();
  const isProgram = files.some((file) => /\bmain\s*\(/.test(readFileSync(file, 'utf8')));
  const hasCplusplus = files.some(isCplusplus);
  const directory = mkdtempSync(join(tmpdir(), 'tlsf-wasm-'));
  const out = join(directory, 'program.wasm');
  const measure = (name, archive) => {
    const own = [...FLAGS, ...(isProgram ? [] : NO_MAIN), ...(hasCplusplus ? CPLUSPLUS : [])];
    const last = hasCplusplus ? LIBCPLUSPLUS : [];
    const get = hasCplusplus ? GET_CPLUSPLUS : GET;
    link(clang, [...files, ...own, ...flags, ...archive, ...last, '-o', out], get);
    return [name, ...compressed(readFileSync(out))];
  };
  try {
    return table([
      ['allocator', 'raw', 'gzip', 'brotli'],
      measure("libc's own", []),
      ...ARCHIVES.map((name) => measure(`lib${name}.a`, [`-L${lib}`, `-l${name}`])),
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
