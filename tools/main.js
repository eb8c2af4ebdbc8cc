// SPDX-License-Identifier: MIT OR Apache-2.0
// The verbs of build.sh. Each is one file or a few lines here.
import './ends.js';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeTables } from './readme.js';
import { BuildError, toolchain } from './toolchain.js';
import { buildArchive, buildModule, root, sources } from './build.js';
import { ALL_MODULES, archivePath, INLINED, LIBRARIES } from './builds.js';
import { coreFiles, familyFile } from './onefile.js';

const dist = join(root, 'dist');

/** A hash of everything that dist/ is made from. */
async function fingerprint() {
  const files = [...(await list('src')), ...(await list('wasm')), ...(await list('tools'))];
  const inputs = await readEach(['package.json', 'package-lock.json', ...files]);
  return hashOf([(await toolchain()).name, ...Object.entries(inputs).flat()]);
}

function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** The files below a directory of the project, in order. */
async function list(directory) {
  const entries = await readdir(join(root, directory), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** The version of package.json. */
const readVersion = async () =>
  JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version;

/** {path: bytes} of files below a directory. */
const readEach = async (paths, directory = root) =>
  Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(directory, path))])),
  );

/** Writes what js/ needs of dist/, and its copies. */
async function writeEntries(scripts) {
  const { entryFiles } = await import('./entries.js'); // it loads a compiler
  const modules = await readEach(
    INLINED.map((name) => `${name}.wasm`),
    dist,
  );
  for (const [path, text] of Object.entries(entryFiles(scripts, modules))) {
    await mkdir(dirname(join(dist, path)), { recursive: true });
    await writeFile(join(dist, path), text);
  }
}

/** Writes the files of dist/ to a directory. */
async function populate(to) {
  for (const target of ['wasm32', 'wasm64'])
    await mkdir(join(to, 'lib', target), { recursive: true });
  await mkdir(join(to, 'include'), { recursive: true });
  const writeModule = async ([name, row]) => {
    const { linked, optimised } = await buildModule(row); // wasm-opt is a process
    await writeFile(join(to, `${name}.wasm`), optimised);
    await writeFile(join(root, 'build', `${name}.linked.wasm`), linked);
  };
  await Promise.all(Object.entries(ALL_MODULES).map(writeModule));
  for (const [name, row] of Object.entries(LIBRARIES)) {
    await writeFile(join(to, 'lib', archivePath(name)), await buildArchive(row));
  }
  await cp(join(root, 'src', 'include'), join(to, 'include'), { recursive: true });
  const inputs = await sources('src', 'wasm');
  const version = await readVersion();
  const texts = { 'tlsf_malloc.c': familyFile(inputs, version), ...coreFiles(inputs, version) };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(to, name), text);
}

/** Does `work` unless it was done from the same inputs. */
async function once(name, print, work) {
  const stamp = join(root, 'build', name);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === print && existsSync(dist)) return;
  await work();
  await writeFile(stamp, print);
}

/** Makes dist/ anew. A build that fails does not touch it. */
async function replaceDist() {
  const made = join(root, 'build', 'dist');
  await rm(made, { recursive: true, force: true });
  await populate(made);
  await rm(dist, { recursive: true, force: true });
  await rm(join(root, 'build', 'entries'), { force: true });
  await rename(made, dist);
}

/** Builds dist/; what is made of js/ alone takes no compiler. */
async function build() {
  const print = await fingerprint();
  await once('stamp', print, replaceDist);
  const scripts = await readEach(await list('js'));
  await once('entries', hashOf([print, ...Object.values(scripts)]), () => writeEntries(scripts));
}

/** Runs Node.js on a program of the project and fails if that fails. */
function run(...args) {
  const ends = pathToFileURL(join(import.meta.dirname, 'ends.js')).href;
  const command = ['--import', ends, ...args];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Refuses the arguments of a verb that takes none. */
function refuse(args) {
  if (args.length)
    throw new BuildError(
      `${args[0]}: this verb takes no argument; ./build.sh help lists the verbs`,
    );
}

const script =
  (path, takes = true, ...own) =>
  async (args) => {
    if (!takes) refuse(args);
    await build();
    run(join(root, path), ...own, ...args);
  };

const VERBS = {
  build: {
    help: 'builds dist/ and prints the size of each artefact (the default)',
    async run(args) {
      refuse(args);
      await build();
      run('tools/sizes.js');
    },
  },
  test: {
    help: 'tests every suite on every build, in small, in 3 to 6 minutes; test all does the whole, in 15 to 30; test NAME... does whole files',
    run: script('test/support/run.js'),
  },
  bound: {
    help: 'proves that the time of each call is bounded, on the compiled modules or on FILE.wasm, and prints the longest paths',
    run: script('tools/bound.js'),
  },
  compare: {
    help: 'compares code size with other allocators, in 1 minute; compare FILE... does so in your C or C++ program, in 1 to 3',
    run: script('compare/compare.js'),
  },
  bench: {
    help: 'measures speed and memory beside other allocators, in 10 minutes; bench --docs, all of it, takes an hour; bench --help lists its options',
    run: script('bench/bench.js'),
  },
  heap: {
    help: 'makes docs/heap/index.html, the page that shows a live heap, the pictures of docs/design.md, and what the page knows of each build',
    run: script('web/make.js', false),
  },
  map: {
    help: 'draws the memory of a recording as SVG and prints its statistics: map FILE [--at N] [--svg FILE]; map --help lists all options',
    run: script('cli/main.js', true, 'map'),
  },
  record: {
    help: 'records what a native program asks of malloc, on Linux with glibc: record -o FILE COMMAND...',
    run: script('bench/record_command.js'),
  },
  coverage: {
    help: 'measures which lines and branches of src/, tools/ and the modules the tests reach, in 4 minutes; fails if they miss one',
    run: script('test/coverage/coverage.js', false),
  },
  mutate: {
    help: 'changes src/ in each small way and lists the changes that no test notices, in an hour; mutate --sample 100 takes 5 minutes',
    run: script('test/mutation/mutate.js'),
  },
  torture: {
    help: 'runs fuzzers and long random tests with new seeds for SECONDS, its part sweeps as long as it needs; torture alone lists its parts',
    run: script('test/torture/torture.js'),
  },
  sizes: {
    help: 'rewrites the size ledger, test/sizes.json, and its tables in README.md, docs/members.md and docs/heap.md',
    async run(args) {
      refuse(args);
      const { pinned, name } = await toolchain();
      if (!pinned)
        throw new BuildError(
          `the ledger has the sizes of the pinned toolchain, and this is ${name}: unset CC and WASI_SDK_PATH`,
        );
      await script('tools/sizes.js')(['--write']);
      await writeTables();
    },
  },
  lint: {
    help: 'checks the rules of src/, the format of C and Rust, and the format, types and style of JavaScript',
    run: script('tools/lint.js', false),
  },
  analyse: {
    help: 'runs clang-tidy, gcc -fanalyzer and cppcheck over the C, in 2 minutes',
    run: script('tools/analyse.js', false),
  },
  install: {
    help: 'copies headers, archives, modules and the files of build systems below DIR: install --prefix DIR',
    run: script('tools/release.js', true, 'install'),
  },
  release: {
    help: 'makes dist/release/: a .tar.gz and a .zip of all of that, the npm package, the crate, and their SHA-256',
    run: script('tools/release.js', false, 'release'),
  },
  clean: {
    help: 'deletes dist/, build/ and node_modules/',
    async run(args) {
      refuse(args);
      for (const name of ['dist', 'build', 'node_modules'])
        await rm(join(root, name), { recursive: true, force: true });
    },
  },
  version: {
    help: 'prints the version of tlsf-wasm',
    async run(args) {
      refuse(args);
      console.log(`tlsf-wasm ${await readVersion()}`);
    },
  },
  help: {
    help: 'prints this text',
    async run() {
      console.log('usage: ./build.sh [verb] [argument...]\n');
      for (const [name, { help }] of Object.entries(VERBS))
        console.log(`  ${name.padEnd(8)} ${help}`);
      console.log(
        '\nCC=clang-19 or WASI_SDK_PATH=DIRECTORY builds with a native toolchain\ninstead of the pinned one.',
      );
    },
  },
};

const [first = 'build', ...args] = process.argv.slice(2);
const OPTIONS = { '-h': 'help', '--help': 'help', '--version': 'version' };
const verb = OPTIONS[first] ?? first;
try {
  if (!Object.hasOwn(VERBS, verb))
    throw new BuildError(`there is no verb ${verb}; ./build.sh help lists them`);
  await VERBS[verb].run(args);
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`build.sh: ${error.message}`);
  process.exitCode = 1;
}
