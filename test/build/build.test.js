// SPDX-License-Identifier: MIT OR Apache-2.0
// The build driver, in a copy of the project: its verbs, and what it says when
// something is missing or broken.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../tools/build.js';
import { ARCHIVES, ALL_MODULES } from '../../tools/builds.js';
import { amount, isWhole } from '../support/tier.js';

const copy = mkdtempSync(join(tmpdir(), 'tlsf-build-'));
after(() => rmSync(copy, { recursive: true, force: true }));
for (const name of [
  'build.sh',
  'package.json',
  'package-lock.json',
  'README.md',
  'eslint.config.js',
  '.clang-format',
  'src',
  'wasm',
  'tools',
  'test',
  'bench',
  'compare',
  'docs',
  'js',
  'cli',
  'web',
  'rust',
  'examples',
]) {
  if (existsSync(join(root, name))) cpSync(join(root, name), join(copy, name), { recursive: true });
}
// The copy has what the tools made already, and in small dist/: reproducible.test.js builds anew.
const MADE = isWhole ? ['build/tools'] : ['build/tools', 'build/stamp', 'dist'];
const isDraft = (path) => /\.[\w-]+\.draft$/.test(path); // another test file is at it
for (const name of MADE) {
  const filter = (path) => !isDraft(path);
  if (existsSync(join(root, name)))
    cpSync(join(root, name), join(copy, name), { recursive: true, filter });
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

const clean = {
  ...process.env,
  CC: undefined,
  WASI_SDK_PATH: undefined,
  NODE_TEST_CONTEXT: undefined,
};
const buildSh = (args, env = {}) =>
  spawnSync(join(copy, 'build.sh'), args, { encoding: 'utf8', env: { ...clean, ...env } });

const expect = (args, env, status, pattern) => {
  const ran = buildSh(args, env);
  assert.equal(ran.status, status, ran.stdout + ran.stderr);
  assert.match(ran.stdout + ran.stderr, new RegExp(pattern));
  assert.doesNotMatch(ran.stderr, /at .*\.js:\d+/, 'a stack trace');
};

/** Runs a script of the copy, without build.sh. */
const runThere = (script, ...args) =>
  spawnSync(process.execPath, [script, ...args], { cwd: copy, encoding: 'utf8', env: clean });

test('help lists the verbs; others are refused', () => {
  expect(['help'], {}, 0, /usage.*\n[^]* compare .*\n[^]* clean /);
  for (const help of ['-h', '--help']) expect([help], {}, 0, /usage: .*build\.sh/);
  expect(['bound', 'nonsense.wasm'], {}, 1, /there is no .*nonsense\.wasm/);
  expect(['bound', 'build.sh'], {}, 1, /build\.sh is not a WebAssembly module/);
  expect(['nonsense'], {}, 1, /there is no verb nonsense; .*help/);
  const verbs = ['build', 'sizes', 'lint', 'coverage', 'release', 'clean'];
  for (const verb of verbs.slice(0, amount(2, Infinity)))
    expect([verb, 'nonsense'], {}, 1, /nonsense: this verb takes no argument; .*help/);
});

test('help says how long each long verb takes', () => {
  const { stdout } = buildSh(['help']);
  for (const verb of ['test', 'compare', 'bench', 'coverage', 'mutate', 'torture', 'analyse'])
    assert.match(stdout, new RegExp(`^  ${verb} .*(\\d+ minutes?|SECONDS)`, 'm'));
});

test('version prints the version of package.json', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const verb of ['version', '--version']) expect([verb], {}, 0, `^tlsf-wasm ${version}\n$`);
  expect(['version', 'nonsense'], {}, 1, /nonsense: this verb takes no argument/);
});

test('builds all that is published, and not again', () => {
  const modules = Object.keys(ALL_MODULES).map((name) => `${name}.wasm`);
  const archives = Object.keys(ARCHIVES).map((name) => `lib/wasm32/${name}.a`);
  const printed = [...modules, ...archives].map((name) => `dist/${name} +\\d+`);
  expect([], {}, 0, printed.join('[^]*'));
  for (const name of [...modules, ...archives, 'bytes/tlsf.js', 'include/tlsf_malloc.h'])
    assert(existsSync(join(copy, 'dist', name)), name);
  assert.deepEqual(
    readFileSync(join(copy, 'dist', 'tlsf.wasm')),
    readFileSync(join(root, 'dist', 'tlsf.wasm')),
  );
  writeFileSync(join(copy, 'dist', 'mark'), '');
  expect(['build'], {}, 0, /dist\/tlsf\.wasm/);
  assert(existsSync(join(copy, 'dist', 'mark')), 'built again though nothing changed');
});

test('sizes tells what moved, and writes it', { skip: !isWhole }, () => {
  const path = join(copy, 'test', 'sizes.json');
  const ledger = readFileSync(path, 'utf8');
  expect(['sizes'], {}, 0, /^no change$/m);
  writeFileSync(path, ledger.replace(/"libtlsf\.a": \d+/, '"libtlsf.a": 1'));
  expect(['sizes'], {}, 0, /^libtlsf\.a: 1 -> \d+$/m);
  assert.equal(readFileSync(path, 'utf8'), ledger);
  writeFileSync(path, 'nothing');
  expect(['sizes'], {}, 0, /undefined -> /);
});

test('bound and test run over what was built; a failure is theirs', { skip: !isWhole }, () => {
  expect(['bound'], {}, 0, /tlsf-min\.wasm: no loop/);
  expect(['test', 'names'], {}, 0, /fail 0/);
  expect(['test', 'tools/names.test.js'], {}, 0, /fail 0/);
  expect(
    ['test', 'nonsense'],
    {},
    1,
    /there is no test nonsense; there are: (?!.*\b(\w+), \1,).*, heap,/,
  );
  writeFileSync(join(copy, 'test', 'sizes.json'), '{"modules":{}}');
  expect(['test', 'ledger'], {}, 1, /sizes moved/);
  // (module (func (export "free") (loop (br 0))))
  writeFileSync(
    join(copy, 'loop.wasm'),
    Buffer.from(
      '0061736d0100000001040160000003020100070801046672656500000a0901070003400c000b0b',
      'hex',
    ),
  );
  const bound = runThere('tools/bound.js', join(copy, 'loop.wasm'));
  assert.equal(bound.status, 1);
  assert.match(bound.stderr, /bound: free: Loop is reached: its time has no bound/);
});

test(
  'a source that does not compile: the compiler says why, dist stays',
  { skip: !isWhole },
  () => {
    const path = join(copy, 'src', 'builds', 'full.c');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `${text}int f( { }\n`);
    expect([], {}, 1, /build\.sh: clang .*\n[^]*error: /);
    assert(existsSync(join(copy, 'dist', 'tlsf.wasm')));
    writeFileSync(path, text);
  },
);

test('lint names the line of src/ that breaks a rule', { skip: !isWhole }, () => {
  const path = join(copy, 'src', 'core', 'bins.h');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, `${text}#define TLSF_FULL\n`);
  const line = text.split('\n').length;
  const { status, stderr } = runThere('tools/lint.js'); // the verb builds first
  assert.equal(status, 1);
  const said = `lint: src/core/bins\\.h:${line}: a shared file names a build`;
  assert.match(stderr, new RegExp(said));
  writeFileSync(path, text);
});

/** Tools that say nothing but their version. */
function fakes(names, version) {
  const bin = mkdtempSync(join(copy, 'bin-'));
  mkdirSync(join(bin, 'bin'));
  for (const name of names) {
    writeFileSync(join(bin, 'bin', name), `#!/bin/sh\necho "${name} version ${version}"\n`);
    chmodSync(join(bin, 'bin', name), 0o755);
  }
  return bin;
}

test('a native toolchain that is missing, too old, incomplete, or no clang', () => {
  const clang = (names, version) => ({ CC: join(fakes(names, version), 'bin', 'clang') });
  expect([], { CC: 'gcc' }, 1, /CC=gcc: must be a clang/);
  expect(
    [],
    { CC: join(copy, 'clang') },
    1,
    /clang is missing or does not run: install clang and lld/,
  );
  expect([], clang(['clang'], '15.0.7'), 1, /is clang 15, too old: this needs 16 or newer/);
  expect([], clang(['clang'], '19.1.0'), 1, /wasm-ld is missing[^]*install lld/);
  expect([], clang(['clang', 'wasm-ld'], '19.1.0'), 1, /llvm-ar is missing[^]*install llvm/);
  expect([], { WASI_SDK_PATH: copy }, 1, /bin\/clang is missing or does not run/);
  // Complete, but it makes nothing.
  const complete = { WASI_SDK_PATH: fakes(['clang', 'wasm-ld', 'llvm-ar'], '19.1.0') };
  expect([], complete, 1, /build\.sh: .*clang[^]*out\.o/);
  expect(
    ['sizes'],
    complete,
    1,
    /the ledger has the sizes of the pinned toolchain, and this is .*19\.1\.0: unset CC/,
  );
});

/** Runs a verb whose reader is gone before it writes; its status. */
async function closedPipe(args) {
  const child = spawn(join(copy, 'build.sh'), args, {
    env: clean,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  const [status] = await once(child, 'close');
  assert.doesNotMatch(errors, /EPIPE|at .*\.js:\d+/, args.join(' '));
  return status;
}

test('a closed pipe ends each verb without a stack trace', { skip: !isWhole }, async () => {
  for (const verb of [
    ['help'],
    ['version'],
    ['build'],
    ['bound'],
    ['sizes'],
    ['compare', '--help'],
    ['bench', '--help'],
  ])
    assert.equal(await closedPipe(verb), 141, verb.join(' '));
  await closedPipe(['test', 'names']); // the runner may end first, with the status of the tests
});

test('an output on a full disk is said in one line', { skip: !existsSync('/dev/full') }, () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(join(copy, 'build.sh'), ['help'], {
    encoding: 'utf8',
    env: clean,
    stdio: ['ignore', full, 'pipe'],
  });
  closeSync(full);
  assert.equal(status, 1);
  assert.match(stderr, /^build\.sh: no access to standard output: the disk is full; .*\n$/);
});

/** Runs build.sh in a tree of `names` that cannot be written. */
function readOnly(names) {
  const tree = mkdtempSync(join(tmpdir(), 'tlsf-read-only-'));
  try {
    for (const name of names)
      cpSync(join(copy, name), join(tree, name), { recursive: true, dereference: true });
    const every = [tree, ...readdirSync(tree, { recursive: true }).map((name) => join(tree, name))];
    for (const path of every) chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o755);
    // Root may write everywhere, so that nobody runs it.
    const user = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
    return spawnSync(join(tree, 'build.sh'), { encoding: 'utf8', env: clean, cwd: tree, ...user });
  } finally {
    spawnSync('chmod', ['-R', 'u+w', tree]);
    rmSync(tree, { recursive: true });
  }
}

test('a tree that cannot be written: which path, and what to do', () => {
  const sources = ['build.sh', 'package.json', 'package-lock.json', 'src', 'wasm', 'tools'];
  const bare = readOnly(sources);
  assert.equal(bare.status, 1, bare.stderr);
  assert.match(
    bare.stderr,
    /^build\.sh: cannot write \/.*\/node_modules, .*: copy the project .*\n$/,
  );
  // All that the driver reads of node_modules before it writes.
  const read = ['.package-lock.json', '@yowasp/clang/package.json'];
  const installed = readOnly([...sources, ...read.map((name) => `node_modules/${name}`)]);
  assert.equal(installed.status, 1, installed.stderr);
  assert.match(
    installed.stderr,
    /^build\.sh: no access to \/.*\/build.*: permission denied; .*copy the project.*\n$/,
  );
});

test('clean leaves nothing that was made', () => {
  expect(['clean'], {}, 0, /^/);
  for (const name of ['dist', 'build', 'node_modules']) assert(!existsSync(join(copy, name)), name);
  assert(existsSync(join(root, 'node_modules', 'binaryen')));
});
