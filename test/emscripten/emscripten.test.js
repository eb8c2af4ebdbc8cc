// SPDX-License-Identifier: MIT OR Apache-2.0
// The archives for Emscripten in programs that it links and Node.js runs:
// growth and JavaScript's views, the names that its libraries call, memory that
// ends, somebody else's sbrk, real programs beside Emscripten's own dlmalloc.
// SEED=n adds a seed.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { root } from '../../tools/build.js';
import { LIBRARIES } from '../../tools/builds.js';
import { packageRoot } from '../../tools/toolchain.js';
import { cached } from '../support/cache.js';
import { testWith } from '../support/needs.js';
import { amount, isWhole, seeds } from '../support/tier.js';
import { WASI } from '../support/wasi.js';
import { archive, build, emcc, execute, missing, version } from './emcc.js';

const here = 'test/emscripten';
const programs = 'test/programs';
const directory = mkdtempSync(join(tmpdir(), 'tlsf-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const document = readFileSync(join(root, 'docs', 'emscripten.md'), 'utf8');

const C = ['-O1', '-fno-builtin', '-Wall', '-Werror', '-Itest/support'];
const GROWTH = '-sALLOW_MEMORY_GROWTH';
const EXIT = '-sEXIT_RUNTIME';
const NONE = '-sMALLOC=none';
const MIB = 2 ** 20;

let count = 0;
const fresh = (ending) => join(directory, `${++count}${ending}`);

const names = Object.keys(LIBRARIES).filter((name) => LIBRARIES[name].sdk === 'emscripten');

/** A program of sources and flags with an archive of ours, run: what it printed. */
function output(name, args, { own = [NONE], argv = [] } = {}) {
  const path = build(fresh('.js'), [...C, ...args, ...own, archive(name)]);
  const { status, signal, stdout, stderr } = execute(path, argv);
  assert.equal(status, 0, `${args.join(' ')}: ${signal ?? status} ${stdout}${stderr}`.slice(-3000));
  return stdout;
}

/** Has a program functions of dlmalloc? It is linked with --profiling-funcs, which keeps names. */
const hasDlmalloc = (path) => readFileSync(path).includes('dlmalloc');

for (const name of names) {
  describe(`${name}.a`, () => {
    const check = (what, work) => testWith(missing, what, work);
    const source = (file) => `${here}/${file}`;

    for (const [what, ...flags] of [
      ['memory that grows', NONE],
      ['memory that grows, without -sMALLOC=none'],
      ['memory that grows, with checks of the glue', '-sASSERTIONS', '-sSAFE_HEAP'],
      ['memory that grows, by a fixed step', NONE, `-sMEMORY_GROWTH_LINEAR_STEP=${MIB}`],
      ['memory that grows, in a standalone program with glue', NONE, '-sSTANDALONE_WASM'],
      ['memory that grows, as JavaScript', NONE, '-sWASM=0'],
      ['memory that grows, optimised at link time', NONE, '-flto', '-O3'],
    ].filter((_, i) => isWhole || i % 4 === 0))
      check(what, () => {
        const printed = output(name, [source('views.c'), GROWTH, ...flags], { own: [] });
        assert.equal(printed.replaceAll('text in new memory\n', '.'), '...');
      });

    check('a standalone program without glue, in a WASI host', async () => {
      const args = [...C, source('views.c'), '-sSTANDALONE_WASM', GROWTH, NONE];
      const path = build(fresh('.wasm'), [...args, archive(name)]);
      const wasi = new WASI({ version: 'preview1' });
      let told = 0;
      const imports = {
        ...wasi.getImportObject(),
        env: { emscripten_notify_memory_growth: () => void told++ },
      };
      const { instance } = await WebAssembly.instantiate(await readFile(path), imports);
      assert.equal(wasi.start(instance), 0);
      assert(told > 0, 'the host is told that memory grew');
    });

    check("what Emscripten's libraries call", () => {
      const printed = output(name, [source('builtin.c'), EXIT]);
      assert.equal(printed, 'handled 100\n');
    });

    check('every name of the allocator', () => {
      assert.equal(output(name, [source('names.c')]), 'all names\n');
    });

    check('errno', () => {
      const printed = output(name, [`${programs}/errno.c`, EXIT]);
      const expected = [
        'success 7',
        ...['malloc', 'calloc', 'realloc', 'aligned_alloc', 'exhausted'].map((of) => `${of} 48`),
        'posix_memalign 48 28 28 28, errno 7, out kept',
        'and 0',
      ];
      assert.deepEqual(printed.trim().split('\n'), expected);
    });

    // In small one memory that can't grow and one that can.
    const few = ["can't grow", 'grows, standalone'];
    // ABORTING_MALLOC is on by default where memory can't grow, and else off.
    for (const [what, most, ...flags] of [
      ["can't grow", 24, EXIT],
      ["can't grow, -sABORTING_MALLOC=0", 24, EXIT, '-sABORTING_MALLOC=0'],
      ["can't grow, standalone", 24, '-sSTANDALONE_WASM'],
      ['grows', 40, EXIT, GROWTH],
      ['grows, -sABORTING_MALLOC=1', 40, EXIT, GROWTH, '-sABORTING_MALLOC=1'],
      ['grows, standalone', 40, GROWTH, '-sSTANDALONE_WASM'],
      ['grows to nearly 4 GiB', 4096 - 1 / 16, EXIT, GROWTH],
    ].filter(([end]) => isWhole || few.includes(end)))
      check(`memory that ${what}: NULL and ENOMEM at its end, no abort`, () => {
        const limit = flags.includes(GROWTH) ? 'MAXIMUM_MEMORY' : 'INITIAL_MEMORY';
        const bytes = most * MIB;
        const own = [`-DLIMIT=${bytes}u`, `-s${limit}=${bytes}`, NONE];
        const printed = output(name, [source('limits.c'), ...flags], { own });
        assert.equal(printed, 'memory is full\nmemory is whole\n');
      });

    for (const seed of seeds(1, 4, 8))
      check(`somebody else calls sbrk, seed ${seed}`, () => {
        const args = [source('break.c'), GROWTH];
        const options = { own: [], argv: [`${seed}`] }; // MALLOC=none has no sbrk
        assert.equal(output(name, args, options), 'each has what is his\n');
      });

    check('no allocator of Emscripten is linked, with -sMALLOC=none or without', () => {
      const flags = [...C, source('views.c'), GROWTH, '--profiling-funcs'];
      const theirs = build(fresh('.js'), flags);
      assert(hasDlmalloc(theirs.replace('.js', '.wasm')));
      for (const own of [[], [NONE]]) {
        const ours = build(fresh('.js'), [...flags, ...own, archive(name)]);
        assert(!hasDlmalloc(ours.replace('.js', '.wasm')), own.join());
      }
    });

    check('the heap is asked and told', () => {
      const args = ['-Isrc/include', 'test/inspect/program.c', source('told.c'), GROWTH];
      assert.equal(output(name, args), 'line 0\n');
    });

    check('a program with a malloc of its own, over the built-in one', () => {
      assert.equal(output(name, [source('own_malloc.c')]), 'copied by the C library\n');
    });

    check('threads are refused when the program is linked', () => {
      const args = [...C, source('views.c'), '-pthread', NONE, archive(name)];
      const { status, errors } = emcc([...args, '-o', fresh('.js')]);
      assert.notEqual(status, 0);
      assert.match(errors, /--shared-memory is disallowed by \S*malloc\.o/);
    });

    check('C++: new, delete, containers, exceptions; memory that is full, twice', () => {
      const flags = ['-std=c++17', '-fexceptions', GROWTH, `-sMAXIMUM_MEMORY=${64 * MIB}`];
      const printed = output(name, [source('containers.cpp'), ...flags]);
      assert.equal(printed, 'a word of some length, number 0\nmemory was full twice\n');
    });

    check('C++: streams and locales', () => {
      const printed = output(name, [`${programs}/new.cpp`, '-std=c++20', '-fexceptions', EXIT]);
      assert.equal(printed, '3490 0 1\n');
    });

    check('the command in docs/emscripten.md', () => {
      const [, line] = /```sh\nemcc (.*)\n/.exec(document);
      const path = fresh('.js');
      const place = { 'program.c': source('views.c'), 'program.js': path };
      const { status, errors } = emcc(line.split(' ').map((word) => place[word] ?? word));
      assert.equal(status, 0, errors);
      assert.match(execute(path).stdout, /^(text in new memory\n){3}$/);
    });

    const isSmaller = (t) => {
      const bytes = Object.entries({
        ours: [NONE, archive(name)],
        emmalloc: ['-sMALLOC=emmalloc'],
        dlmalloc: ['-sMALLOC=dlmalloc'],
      }).map(([of, args]) => {
        const path = build(fresh('.js'), [source('small.c'), '-Oz', GROWTH, ...args]);
        return [of, statSync(path.replace('.js', '.wasm')).size];
      });
      t.diagnostic(`Emscripten ${version}: ${bytes.join('; ')}`);
      const [ours, ...theirs] = bytes;
      for (const [of, size] of theirs) assert(ours[1] < size, of);
      if (!document.includes(`Emscripten ${version}:`)) return; // its table is another's
      const rows = [...document.matchAll(/^\| (\w+) \| (\d+) \|$/gm)];
      assert.deepEqual(
        rows.map(([, of, size]) => [of, Number(size)]),
        bytes,
        'the table in docs/emscripten.md',
      );
    };
    if (isWhole)
      check('a small program is smaller than with the allocators of Emscripten', isSmaller);
  });
}

/** The object of a C text, kept from run to run; `reads` are the files that it includes. */
const object = async (text, args, reads) => {
  const path = fresh('.o');
  const contents = await Promise.all(reads.map((file) => readFile(file)));
  const bytes = await cached([version, text, args, contents], () => {
    const source = fresh('.c');
    writeFileSync(source, text);
    return readFile(build(path, ['-c', source, ...args]));
  });
  writeFileSync(path, bytes);
  return path;
};

const including = (files) => files.map((file) => `#include "${file}"\n`).join('');

const lua = join(packageRoot('lua.vm.js'), 'lua', 'src');
const sqlite = join(packageRoot('better-sqlite3'), 'deps', 'sqlite3');
const LUA_FILES = `lapi lauxlib lbaselib lbitlib lcode lcorolib lctype ldblib ldebug ldo ldump lfunc
  lgc llex lmathlib lmem lobject lopcodes lparser lstate lstring lstrlib ltable ltablib ltm lundump
  lvm lzio`
  .split(/\s+/)
  .map((name) => `${name}.c`);
const ALL_OF_LUA = ['-DLUA_CORE=', '-DLUA_LIB=', '-Dlvm_c='];

/** All C of a place, in order. */
const filesOf = (place) =>
  readdirSync(place)
    .filter((name) => /\.[ch]$/.test(name))
    .sort()
    .map((name) => join(place, name));

const ours = (name) => [name, 'input.h'].map((file) => join(root, programs, file));

/** Programs: what they are compiled from, what each reads, its arguments. */
const REAL = {
  Lua: {
    input: 'script.lua',
    expect: /^collected$/m,
    units: () => [
      [including(LUA_FILES), ['-O1', '-w', ...ALL_OF_LUA, `-I${lua}`], filesOf(lua)],
      [
        including(['lua.c']),
        ['-O1', '-w', `-I${programs}`, `-I${lua}`],
        [...ours('lua.c'), ...filesOf(lua)],
      ],
    ],
  },
  SQLite: {
    input: 'sqlite.sql',
    args: [':memory:'],
    expect: /\nbytes left: 0\n$/,
    units: () => [
      [
        including(['sqlite3.c']),
        ['-O1', '-w', '-DSQLITE_THREADSAFE=0', '-DSQLITE_OMIT_LOAD_EXTENSION', `-I${sqlite}`],
        filesOf(sqlite),
      ],
      [
        including(['sqlite.c']),
        ['-O1', '-w', `-I${programs}`, `-I${sqlite}`],
        [...ours('sqlite.c'), ...filesOf(sqlite)],
      ],
    ],
  },
};

for (const [what, { input, args = [], expect, units }] of Object.entries(amount({}, REAL)))
  testWith(missing, `${what}: the same output as on dlmalloc`, async (t) => {
    const objects = [];
    for (const unit of units()) objects.push(await object(...unit));
    const text = await readFile(join(root, programs, input), 'utf8');
    const ran = (flags) => {
      const path = build(fresh('.js'), ['-O1', ...objects, GROWTH, EXIT, ...flags]);
      const { status, stdout, stderr } = execute(path, args, text);
      t.diagnostic(`${flags.at(-1)}: ${statSync(path.replace('.js', '.wasm')).size} bytes`);
      assert.equal(status, 0, stdout.slice(-500) + stderr.slice(-3000));
      return stdout;
    };
    const expected = ran(['-sMALLOC=dlmalloc']);
    assert.match(expected, expect);
    for (const name of names) assert.equal(ran([NONE, archive(name)]), expected);
  });
