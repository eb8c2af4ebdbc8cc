// SPDX-License-Identifier: MIT OR Apache-2.0
// The compiler and the tools that follow it. Each tool is a function from named
// input bytes to named output bytes. The pinned clang and wasm-ld (from npm,
// compiled to wasm) run over a virtual file tree; native ones (CC or
// WASI_SDK_PATH) run in a temporary directory.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { kept } from './kept.js';
import { quickly } from './quickly.js';

const execute = promisify(execFile);
const LEAST_CLANG = 16;

/** A failure that the user can mend; it is printed without a stack trace. */
export class BuildError extends Error {}

/** The directory of an installed npm package. */
export const packageRoot = (name) => join(import.meta.dirname, '..', 'node_modules', name);

/** The version of an installed npm package. */
export const packageVersion = (name) =>
  JSON.parse(readFileSync(join(packageRoot(name), 'package.json'), 'utf8')).version;

/** {'a/b': bytes} => {a: {b: bytes}} */
function toTree(files) {
  const tree = {};
  for (const [path, bytes] of Object.entries(files)) {
    const parts = path.split('/');
    const name = parts.pop();
    let node = tree;
    for (const part of parts) {
      node[part] ??= {};
      node = node[part];
    }
    node[name] = bytes;
  }
  return tree;
}

const fromTree = (tree, path) => path.split('/').reduce((node, part) => node?.[part], tree);

/** The compiler, loaded: functions of a command and a tree of files. */
export async function loadPinned() {
  // Its declarations have only runLLVM; both load the compiler if there is no command.
  const { runClang, runLLVM } = /** @type {any} */ (await import('@yowasp/clang'));
  await quickly(() => runLLVM(null, {}, { fetchProgress: () => {} })); // silently
  return { runClang, runLLVM };
}

let loaded;

async function pinnedTool(command, inputs, outputs) {
  const { runClang, runLLVM } = await (loaded ??= loadPinned());
  const run = command[0].startsWith('clang') ? runClang : runLLVM;
  let text = '';
  const decoder = new TextDecoder();
  const print = (bytes) => {
    text += bytes ? decoder.decode(bytes, { stream: true }) : '';
  };
  const options = { stdout: print, stderr: print, decodeASCII: false };
  let tree;
  try {
    tree = await run(command, toTree(inputs), options);
  } catch (error) {
    throw new BuildError(`${command.join(' ')}\n${text || error}`);
  }
  return { text, files: outputs.map((path) => fromTree(tree, path)) };
}

async function nativeTool(command, inputs, outputs) {
  const directory = await mkdtemp(join(tmpdir(), 'tlsf-'));
  try {
    for (const [path, bytes] of Object.entries(inputs)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), bytes);
    }
    const options = { cwd: directory, maxBuffer: 1 << 28 };
    const { stdout, stderr } = await execute(command[0], command.slice(1), options);
    const files = await Promise.all(outputs.map((path) => readFile(join(directory, path))));
    return { text: stdout + stderr, files };
  } catch (error) {
    const { stdout, stderr, message } = /** @type {import('node:child_process').ExecException} */ (
      error
    );
    throw new BuildError(`${command.join(' ')}\n${stdout ?? ''}${stderr ?? message}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The names of the native tools: those beside the clang that the environment names. */
function nativeNames() {
  const { WASI_SDK_PATH, CC } = process.env;
  if (!CC && WASI_SDK_PATH) {
    const bin = join(WASI_SDK_PATH, 'bin');
    return { clang: join(bin, 'clang'), 'wasm-ld': join(bin, 'wasm-ld'), ar: join(bin, 'llvm-ar') };
  }
  const [, path, suffix] = /^(.*?)clang(-\d+)?$/.exec(CC ?? '') ?? [];
  if (path === undefined) {
    throw new BuildError(
      `CC=${CC}: must be a clang (clang, clang-19, /path/to/clang); unset it to use the pinned one`,
    );
  }
  const sibling = (name) => `${path}${name}${suffix ?? ''}`;
  return { clang: CC, 'wasm-ld': sibling('wasm-ld'), ar: sibling('llvm-ar') };
}

async function nativeToolchain() {
  const names = nativeNames();
  const version = async (tool, hint) => {
    try {
      return (await execute(names[tool], ['--version'])).stdout;
    } catch {
      throw new BuildError(
        `${names[tool]} is missing or does not run: ${hint}; or unset CC and WASI_SDK_PATH to use the pinned toolchain`,
      );
    }
  };
  const text = await version(
    'clang',
    'install clang and lld (Debian: apt-get install clang-19 lld-19 llvm-19), or set WASI_SDK_PATH to a wasi-sdk',
  );
  const major = Number(/version (\d+)/.exec(text)?.[1]);
  if (!(major >= LEAST_CLANG)) {
    throw new BuildError(
      `${names.clang} is clang ${major}, too old: this needs ${LEAST_CLANG} or newer (Debian: apt-get install clang-19 lld-19 llvm-19)`,
    );
  }
  await version('wasm-ld', 'install lld (Debian: apt-get install lld-19)');
  await version('ar', 'install llvm (Debian: apt-get install llvm-19)');
  return {
    pinned: false,
    name: `${names.clang} ${/version (\S+)/.exec(text)?.[1]}`,
    tool: ([name, ...args], inputs, outputs) => nativeTool([names[name], ...args], inputs, outputs),
  };
}

let chosen;

/**
 * The toolchain that the environment asks for: {pinned, name, tool}, where
 * tool(command, inputs, outputs) runs 'clang', 'wasm-ld' or 'ar' and returns
 * {text, files}: what the tool printed and the bytes of each output.
 */
export function toolchain() {
  chosen ??= process.env.CC || process.env.WASI_SDK_PATH ? nativeToolchain() : pinnedToolchain();
  return chosen;
}

/** The compiler of the lock file, even if the environment names another. */
export async function pinnedToolchain() {
  const name = `clang ${packageVersion('@yowasp/clang')}`;
  return { pinned: true, name, tool: (...call) => kept(name, pinnedTool, ...call) };
}

/** Runs [package, tool, ...arguments] of the lock file; V8 compiles it as quickly.js says. */
function runScript(command, inputs, outputs) {
  const [name, tool, ...args] = command;
  const path = join(packageRoot(name), 'bin', tool);
  const run = () =>
    nativeTool([process.execPath, '--liftoff-only', path, ...args], inputs, outputs);
  return kept(packageVersion(name), run, command, inputs, outputs);
}

/** Runs wasm-opt of the lock file on a module's bytes. */
export async function wasmOpt(bytes, args) {
  const command = ['binaryen', 'wasm-opt', ...args, 'in.wasm', '-o', 'out.wasm'];
  return (await runScript(command, { 'in.wasm': bytes }, ['out.wasm'])).files[0];
}

/**
 * Merges modules into one. `modules` is {name: bytes}; a module imports from another by its name.
 * The wasm-merge of the lock file runs with `args`.
 */
export async function wasmMerge(modules, args) {
  const inputs = Object.entries(modules).map(([name, bytes], i) => [`in${i}.wasm`, name, bytes]);
  const named = inputs.flatMap(([file, name]) => [file, name]);
  const command = ['binaryen', 'wasm-merge', ...named, ...args, '-o', 'out.wasm'];
  const files = Object.fromEntries(inputs.map(([file, , bytes]) => [file, bytes]));
  return (await runScript(command, files, ['out.wasm'])).files[0];
}

/** Runs a command of wabt on the bytes of modules; what it prints. */
async function wabt(command, flags, ...modules) {
  const inputs = Object.fromEntries(modules.map((bytes, i) => [`in${i}.wasm`, bytes]));
  return (await runScript(['wabt', command, ...flags, ...Object.keys(inputs)], inputs, [])).text;
}

/** A line for each function of a module: ` - func[0] size=181 <malloc>`. */
export const codeSection = (bytes) => wabt('wasm-objdump', ['--details', '--section=Code'], bytes);

/** Of each module a text, a line for each instruction: ` 0000c1: b3   |   f32.convert_i32_u`. */
export async function disassemblies(modules) {
  const text = await wabt('wasm-objdump', ['--disassemble'], ...modules);
  return text.split(/^in\d+\.wasm:\tfile format .*$/m).slice(1);
}

/** What wabt's interpreter prints of a module; it fails if the interpreter does. */
export const interpretation = (bytes, flags) => wabt('wasm-interp', flags, bytes);

/** Fails unless a module is valid without the features that the flags disable. */
export const validate = (bytes, flags) => wabt('wasm-validate', flags, bytes);
