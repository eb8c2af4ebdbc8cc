// SPDX-License-Identifier: MIT OR Apache-2.0
// What each allocator costs in a program of the user's.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { bytesOf } from '../tools/sizes.js';
import { BuildError, toolchain } from '../tools/toolchain.js';
import { compile, link, root } from '../tools/build.js';
import { progress } from '../tools/progress.js';
import { FAMILY } from '../tools/builds.js';
import { compileHere, libcTarget, linkWithLibc, PEERS } from './peers.js';
import { optimise, versions } from './table.js';

const HEADERS = join(root, 'dist', 'include');
const COMPILE = ['-Oz', '-ffunction-sections', '-fdata-sections', '-fvisibility=default'];
const LINK = ['--gc-sections', '--strip-debug', '-O2'];
const NO_MAIN = ['--no-entry', '--export-dynamic'];
const MAINS = ['main', '__main_void', '__main_argc_argv'];
const QUIET = '-Wno-unused-command-line-argument';
const SOURCE = /\.(c|cc|cpp|cxx)$/;
const isCplusplus = (path) => /\.c[^.]+$/.test(path);
const LIBCPLUSPLUS = ['-lc++', '-lc++abi'];

function readSource(path) {
  if (!existsSync(path)) throw new BuildError(`there is no ${path}`);
  if (!statSync(path).isFile()) throw new BuildError(`${path} is not a file: name C or C++ files`);
  return readFileSync(path, 'utf8');
}

/** The directories of -I flags. */
const includeDirectories = (flags) =>
  flags.flatMap((flag, i) =>
    flag === '-I' ? [flags[i + 1]] : flag.startsWith('-I') ? [flag.slice(2)] : [],
  );

/** {absolute path: text} of source files and all that they include from the disk. */
function collect(paths, directories) {
  const found = {};
  const add = (path) => {
    if (found[path] !== undefined) return;
    found[path] = readSource(path);
    for (const [, name] of found[path].matchAll(/^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)) {
      const places = [dirname(path), ...directories].map((directory) => resolve(directory, name));
      const place = places.find((each) => existsSync(each));
      if (place) add(place);
    }
  };
  for (const path of paths) {
    readSource(path); // an error names the file as the user wrote it
    if (!SOURCE.test(path))
      throw new BuildError(`${path}: the name of a C or C++ file ends in .c, .cc, .cpp or .cxx`);
    add(resolve(path));
  }
  return found;
}

function commonDirectory(paths) {
  let common = dirname(paths[0]);
  while (!paths.every((path) => path === common || path.startsWith(join(common, '/'))))
    common = dirname(common);
  return common;
}

/** The user's files as a tool's inputs, and the flags that find them there. */
function gather(files, flags) {
  const directories = includeDirectories(flags);
  const found = collect(files, directories);
  const top = commonDirectory([
    ...Object.keys(found),
    ...directories.map((each) => resolve(each, '_')),
  ]);
  const inside = (path) => relative(top, resolve(path)) || '.';
  const inputs = Object.fromEntries(
    Object.entries(found).map(([path, text]) => [inside(path), text]),
  );
  const moved = flags.map((flag, i) => {
    if (flags[i - 1] === '-I') return inside(flag);
    return /^-I./.test(flag) ? `-I${inside(flag.slice(2))}` : flag;
  });
  return { inputs, names: files.map(inside), flags: moved };
}

/** The error of a program that needs what the toolchain comes without. */
async function lacking(what, library) {
  const { name } = await toolchain();
  return new BuildError(
    `${what} needs ${library}; ${name} comes without: unset CC, set WASI_SDK_PATH to a wasi-sdk, ` +
      'or install it (Debian: apt-get install wasi-libc libclang-rt-19-dev-wasm32 libc++-19-dev-wasm32 libc++abi-19-dev-wasm32)',
  );
}

/** The target and the headers: without a wasi-libc those of the compiler alone. */
async function environment() {
  const target = await libcTarget();
  return target ? [`--target=${target}`] : ['--target=wasm32', '-nostdlibinc'];
}

/** Compiles a file of the user's. wasi's libc++ comes without exceptions. */
async function compileProgram(name, { inputs, flags }) {
  const language = isCplusplus(name) ? ['-fno-exceptions'] : [];
  try {
    const own = [...(await environment()), ...COMPILE, ...language, ...flags, QUIET];
    return await compile(name, inputs, own);
  } catch (error) {
    const header = /'([\w./+]+)' file not found/.exec(error.message)?.[1];
    if (/cannot use '(throw|try)' with exceptions disabled/.test(error.message))
      throw new BuildError(`${error.message}\n${name}: C++ is compiled without exceptions here`);
    const isOfLibrary = header && (!(await libcTarget()) || /^\w+$/.test(header));
    if (!isOfLibrary) throw error;
    throw await lacking(`${name} includes ${header}, which`, 'wasi-libc, or libc++ for C++');
  }
}

/** Does the program have a main? A program without one must export functions. */
async function hasMain(objects) {
  const wanted = MAINS.map((name) => `--export-if-defined=${name}`);
  const module = new WebAssembly.Module(
    await link(objects, [], [...NO_MAIN, '--allow-undefined', ...wanted]),
  );
  const exports = WebAssembly.Module.exports(module).filter(({ kind }) => kind === 'function');
  if (!exports.length)
    throw new BuildError('the program has neither main() nor a function that is not static');
  return exports.some(({ name }) => MAINS.includes(name));
}

// At a link, clang would run whatever wasm-opt is on PATH for -O.
const forLinker = (flags) => flags.filter((flag) => !/^-O/.test(flag));

/** How objects become a module: {text: the linker's map, bytes}. */
async function linker(main, flags) {
  if (await libcTarget()) {
    const start = main ? [] : ['-nostartfiles', `-Wl,${NO_MAIN.join()}`];
    return (objects) =>
      linkWithLibc(objects, [...start, QUIET, `-Wl,-M,${LINK.join()}`, ...forLinker(flags)]);
  }
  if (main) {
    throw await lacking('a program with main()', 'wasi-libc');
  }
  const { tool } = await toolchain();
  const libc = await compileHere('libc.c');
  const own = flags.flatMap((flag) => (flag.startsWith('-Wl,') ? flag.slice(4).split(',') : []));
  return async (objects) => {
    const inputs = Object.fromEntries([...objects, libc].map((bytes, i) => [`in${i}.o`, bytes]));
    const command = [
      'wasm-ld',
      ...NO_MAIN,
      ...LINK,
      '-M',
      ...own,
      ...Object.keys(inputs),
      '-o',
      'out.wasm',
    ];
    const { text, files } = await tool(command, inputs, ['out.wasm']);
    return { text, bytes: files[0] };
  };
}

const isCalled = (map) => new RegExp(`\\s(${FAMILY.join('|')})$`, 'm').test(map);

async function weigh(linked) {
  const bytes = await optimise(linked);
  await WebAssembly.compile(bytes);
  return bytesOf(bytes);
}

/** What the linker says, without its command. */
const complaint = (error) => /error: (.*)/.exec(error.message)?.[1] ?? error.message;

async function measureRow(peer, objects, linkAll, least) {
  let bytes;
  try {
    const own = await peer.objects();
    const linked = await linkAll([...objects, ...own]);
    if (own.length && /\(dlmalloc\.(c\.obj|o)\)/.test(linked.text))
      throw new BuildError("error: libc's dlmalloc is in it too");
    ({ bytes } = linked);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    return { name: peer.name, kind: peer.kind, error: complaint(error) };
  }
  const size = await weigh(bytes);
  return { name: peer.name, kind: peer.kind, ...size, net: size.raw - least };
}

/** Those of the peers that can stand in a C program here. */
async function candidates() {
  const libc = await libcTarget();
  return PEERS.filter(({ objects, name }) => objects && (libc || name !== "dlmalloc, wasi-libc's"));
}

/**
 * {versions, program, rows} for the user's C or C++ files, compiled with
 * `flags` too. The net of a row is what it adds to the first row, in which
 * malloc is imported.
 */
export async function measureProgram(files, flags = []) {
  const program = gather(files, [...flags, `-I${HEADERS}`]);
  const objects = [];
  for (const name of program.names) objects.push(await compileProgram(name, program));
  const main = await hasMain(objects);
  const libraries = program.names.some(isCplusplus) ? LIBCPLUSPLUS : [];
  const linkAll = await linker(main, [...program.flags, ...libraries]);
  const none = [await compileHere('imported.c'), await compileHere('names.c')];
  const without = await linkAll([...objects, ...none]);
  if (!isCalled(without.text))
    throw new BuildError(
      `${files.join(', ')}: the compiled program calls no malloc, so that no allocator adds to it (clang may have removed the calls: \`-- -fno-builtin\` keeps them)`,
    );
  const size = await weigh(without.bytes);
  const rows = [{ name: 'none: malloc imported', kind: 'zero', ...size, net: 0 }];
  const peers = await candidates();
  const shown = progress(peers.length);
  const measured = peers.map(async (peer) => {
    const row = await measureRow(peer, objects, linkAll, size.raw);
    shown.step(peer.name);
    return row;
  });
  rows.push(...(await Promise.all(measured)));
  shown.done();
  return { versions: await versions(), program: main ? 'wasi' : 'freestanding', rows };
}
