// SPDX-License-Identifier: MIT OR Apache-2.0
// Real C programs on each archive of ours and on wasi-libc's malloc: the same
// output, and memory compared. And what -ltlsf takes the place of when it is
// linked. SEED=n makes another load.
import assert from 'node:assert/strict';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { before, describe, test } from 'node:test';
import {
  ARCHIVES,
  FLAT,
  isEmbedded,
  LIBRARIES as ROWS,
  MODULES,
  room,
  WIDE_ARCHIVES,
} from '../../tools/builds.js';
import { CHROMIUM } from '../engines/chromium.js';
import { FIREFOX } from '../engines/firefox.js';
import { NODE24 } from '../engines/node24.js';
import { PAGE, shippedBytes } from '../support/modules.js';
import { link as linkObjects, readArchive, sources, targetFlags } from '../../tools/build.js';
import { testWith } from '../support/needs.js';
import { inTemporary } from '../support/temporary.js';
import { isWhole } from '../support/tier.js';
import { here, link, objects, run } from './programs.js';
import { loadScript } from './load.js';
import {
  luaSource,
  PROGRAMS,
  quickjs,
  sqlite,
  treeSitter,
  CHOSEN,
  chosenObjects,
  WIDE_SQLITE,
} from './units.js';

const source = (name) => readFile(join(here, name));

const SEED = Number(process.env.SEED ?? 1);

let built;
before(async () => {
  built = await chosenObjects();
});

const hasDlmalloc = (map) => map.includes('dlmalloc');
const hasTlsf = (map) => /libtlsf[\w-]*\.a\(malloc\.o\)/.test(map);

/** Each archive as the name of a library, and the malloc of wasi-libc. */
const LIBRARIES = Object.keys(ARCHIVES).map((name) => name.replace(/^lib/, ''));
const MALLOCS = {
  ...Object.fromEntries(LIBRARIES.map((name) => [name, name])),
  dlmalloc: undefined,
};

/** A program with one build of each core, and with what they are compared with. */
const few = ({ tlsf, 'tlsf-fast': fast, dlmalloc }) => ({ tlsf, 'tlsf-fast': fast, dlmalloc });

/** The pages that a program begins with on an archive whose heap never grows. */
const ROOM = 4096;
const isFixed = (of) => ROWS[`lib${of}`]?.fixed;
const roomFor = (library, pages = ROOM) =>
  library ? room(ROWS[`lib${library}`], pages).map((flag) => `-Wl,${flag}`) : [];

/** The modules that live in a program's memory. */
const EMBEDDED = Object.keys(MODULES).filter((name) => isEmbedded(MODULES[name]));

/** How a program that imports its malloc runs: the module is made when the program's memory is there. */
async function embedded(name) {
  const module = new WebAssembly.Module(await shippedBytes(name));
  let heap;
  const late =
    (each) =>
    (...args) =>
      heap[each](...args);
  return {
    imports: { heap: Object.fromEntries(MODULES[name].exports.map((each) => [each, late(each)])) },
    prepare({ memory, __heap_base }) {
      const missing = __heap_base.value + MODULES[name].state - memory.buffer.byteLength;
      memory.grow(Math.max(0, Math.ceil(missing / PAGE))); // the state must lie in memory
      const env = { memory, __heap_base, __heap_end: memory.buffer.byteLength };
      heap = new WebAssembly.Instance(module, { env }).exports;
    },
  };
}

/**
 * The archive for threads has an errno for each thread, and refuses a program whose memory is not
 * shared. Debian's wasi-libc has no threads, so these programs bring the errno of one.
 */
const errnoFor = (library) =>
  ROWS[`lib${library}`]?.shared ? { 'errno.c': Buffer.from('_Thread_local int errno;\n') } : {};

/** A program of PROGRAMS with each malloc: {name: program}. */
async function withEach(name) {
  const { units, args } = PROGRAMS[name];
  const inputs = Object.fromEntries(units.map((unit) => [`${unit}.o`, built[unit]]));
  const programs = {};
  for (const [of, library] of Object.entries(MALLOCS)) {
    const own = { ...inputs, ...errnoFor(library) };
    programs[of] = await link(own, { library, args: [...(args ?? []), ...roomFor(library)] });
    assert.equal(programs[of].text, '', 'no warning of the linker');
    assert.deepEqual(
      [hasTlsf(programs[of].map), hasDlmalloc(programs[of].map)],
      [Boolean(library), !library],
    );
  }
  inputs['imported.c'] = await source('imported.c');
  const exported = ['-Wl,--export=__heap_base', '-fno-builtin'];
  for (const module of EMBEDDED) {
    programs[module] = await link(inputs, { args: [...exported, ...(args ?? [])] });
    assert.deepEqual([programs[module].text, hasDlmalloc(programs[module].map)], ['', false]);
    programs[module].options = () => embedded(module);
  }
  return programs;
}

/** Runs each, prints what it took, and asserts what holds of ours beside dlmalloc's. */
async function compare(t, programs, execute) {
  const results = {};
  for (const [of, { wasm, options }] of Object.entries(programs)) {
    const result = (results[of] = await execute(wasm, await options?.()));
    t.diagnostic(
      `${of}: ${result.pages} pages, ${wasm.length} bytes of wasm, ${result.seconds.toFixed(2)} s`,
    );
    assert.equal(result.trap, undefined, `${of}: ${result.errors}`);
  }
  const { dlmalloc, ...ours } = results;
  for (const of of Object.keys(ours)) {
    assert.ok(results[of].output === dlmalloc.output, `${of}: another output than on dlmalloc`);
    assert.equal(results[of].status, dlmalloc.status);
    const share = (ROWS[`lib${of}`] ?? MODULES[of]).index === FLAT ? 1.15 : 1.1; // small nodes: its headers count
    const most = isFixed(of) ? ROOM : dlmalloc.pages * share + 1;
    assert.ok(
      results[of].pages <= most || ROWS[`lib${of}`]?.guards,
      `${of}: ${results[of].pages} pages, dlmalloc ${dlmalloc.pages}`,
    );
    assert.ok(programs[of].wasm.length < programs.dlmalloc.wasm.length);
  }
  return dlmalloc;
}

if (CHOSEN.includes('sqlite'))
  describe('SQLite', () => {
    let programs;
    before(async () => {
      programs = await withEach('sqlite');
    });

    const script = (database, input) => (wasm, options) =>
      inTemporary((directory) =>
        run(wasm, { args: [database], input, preopens: { '/db': directory }, ...options }),
      );

    // A database in a file asks a heap for much the same as one in memory.
    for (const [database, some] of [
      [':memory:', () => programs],
      ['/db/books.db', () => few(programs)],
    ]) {
      test(`an SQL script over ${database}`, async (t) => {
        const { status, output } = await compare(
          t,
          some(),
          script(database, join(here, 'sqlite.sql')),
        );
        assert.equal(status, 0, output);
        assert.equal(output.match(/^ok$/gm)?.length, 3, output);
        assert.match(output, /^40000\|/);
        assert.match(output, /\nbytes left: 0\n$/);
      });

      test(`a load of random statements over ${database}, seed ${SEED}`, async (t) => {
        await inTemporary(async (directory) => {
          const input = join(directory, 'load.sql');
          const { text, statements } = loadScript(SEED);
          await writeFile(input, text);
          const { status, output } = await compare(t, some(), script(database, input));
          t.diagnostic(`${statements} statements, ${output.length} bytes of rows`);
          assert.equal(status, 0, output.slice(-500));
          assert.ok(output.match(/^ok$/gm).length >= 3, 'integrity');
          assert.match(output, /\nbytes left: 0\n$/);
        });
      });
    }
  });

/** SQLite without a C library, with an archive of wasm64. */
async function wideSqlite(name) {
  const made = Object.values(await objects(WIDE_SQLITE));
  const exports = ['malloc', 'free', 'script_output', 'used_blocks'];
  const flags = ['--no-entry', '-z', 'stack-size=1048576', '--max-memory=1073741824'];
  const target = targetFlags(WIDE_ARCHIVES[name]);
  return linkObjects([...made, await readArchive(name)], exports, [...flags, ...target]);
}

const engine64 = [NODE24, CHROMIUM, FIREFOX].find(({ find }) => find());

if (CHOSEN.includes('sqlite'))
  testWith(
    !engine64 && `no engine has memory64: ${NODE24.get}`,
    `SQLite on wasm64: the load of seed ${SEED} prints what it does on dlmalloc`,
    async (t) => {
      const { text } = loadScript(SEED);
      const files = { 'script.sql': text };
      const names = Object.keys(WIDE_ARCHIVES);
      for (const [i, name] of names.entries()) files[`${i}.wasm`] = await wideSqlite(name);
      files['plan.json'] = JSON.stringify({ programs: names.map((_, i) => `${i}.wasm`) });
      const results = await engine64.run(engine64.find(), 'test/programs/wide.js', files);
      const expected = await inTemporary(async (directory) => {
        const input = join(directory, 'load.sql');
        await writeFile(input, text);
        const units = PROGRAMS.sqlite.units.map((unit) => [`${unit}.o`, built[unit]]);
        const { wasm } = await link(Object.fromEntries(units), {});
        return run(wasm, { args: [':memory:'], input });
      });
      assert.equal(expected.status, 0);
      for (const [i, { text: printed, pages }] of results.entries()) {
        t.diagnostic(`${names[i]}: ${pages} pages in ${engine64.name}; dlmalloc ${expected.pages}`);
        assert.ok(printed === expected.output, `${names[i]}: another output than on dlmalloc`);
      }
    },
  );

if (CHOSEN.includes('tree_sitter'))
  describe('tree-sitter', () => {
    let programs;
    before(async () => {
      programs = await withEach('tree_sitter');
    });

    test('parses and reparses SQLite', async (t) => {
      const input = join(sqlite, 'sqlite3.c');
      const { status, output } = await compare(t, few(programs), (wasm, options) =>
        run(wasm, { input, ...options }),
      );
      t.diagnostic(output.trim().replace('\n', '; '));
      assert.equal(status, 0);
      for (const [, nodes] of output.matchAll(/nodes (\d+)/g)) assert.ok(Number(nodes) > 1e6);
    });

    test('gives the same trees of all C in the packages', async (t) => {
      const preopens = Object.fromEntries(
        [quickjs, luaSource, treeSitter].map((path, i) => [`/${i}`, path]),
      );
      const args = [];
      for (const [at, path] of Object.entries(preopens))
        args.push(...(await listC(path)).map((name) => `${at}/${name}`));
      const { status, output } = await compare(t, programs, (wasm, options) =>
        run(wasm, { args, preopens, ...options }),
      );
      assert.equal(status, 0, output.slice(-500));
      assert.equal(output.match(/^\/\d\/\S+ \(translation_unit/gm).length, args.length);
      t.diagnostic(`${args.length} files, ${output.length} bytes of S-expressions`);
    });
  });

/** The C files of a directory that are written by hand. */
async function listC(directory) {
  const names = (await readdir(directory, { recursive: true })).sort();
  const lengths = await Promise.all(
    names.map(async (name) => (await stat(join(directory, name))).size),
  );
  return names.filter((name, i) => /\.[ch]$/.test(name) && lengths[i] < 200000);
}

// What its Makefile runs, except test_std and test_worker, which want
// processes and threads.
if (CHOSEN.includes('quickjs'))
  test("QuickJS's own tests", async (t) => {
    const programs = await withEach('quickjs');
    await inTemporary(async (directory) => {
      await cp(join(quickjs, 'tests'), join(directory, 'tests'), { recursive: true });
      await cp(join(quickjs, 'qjscalc.js'), join(directory, 'qjscalc.js'));
      await roundToNearest(join(directory, 'tests', 'test_builtin.js'));
      const names = ['closure', 'language', 'builtin', 'loop', 'bjson', 'op_overloading', 'bignum'];
      const args = [
        ...names.map((name) => `/tests/test_${name}.js`),
        '/qjscalc.js+/tests/test_qjscalc.js',
      ];
      const { status, output } = await compare(t, programs, (wasm, options) =>
        run(wasm, { args, preopens: { '/': directory }, ...options }),
      );
      assert.equal(status, 0, output);
      assert.equal(output.match(/: passed$/gm).length, args.length, output);
    });
  });

/** A constructor that sets a limit of 100 pages, and what it includes. */
async function limiting() {
  const headers = await sources('src/include');
  return {
    'limit.c': await source('limit.c'),
    ...Object.fromEntries(Object.entries(headers).map(([path, text]) => [basename(path), text])),
  };
}

// By tlsf_heap_limit, and by the maximum of its memory.
if (CHOSEN.includes('quickjs'))
  describe('QuickJS whose heap ends', () => {
    const PAGES = 100;
    for (const library of LIBRARIES)
      for (const [how, more, args] of [
        ['limit', limiting, []],
        ['memory', () => ({}), [`-Wl,--max-memory=${PAGES * PAGE}`]],
      ])
        test(`on lib${library}.a, by its ${how}, says so in its own words and goes on`, async () => {
          const units = PROGRAMS.quickjs.units.map((unit) => [`${unit}.o`, built[unit]]);
          const own = { ...errnoFor(library), ...(await more()) };
          const inputs = { ...Object.fromEntries(units), ...own };
          const { wasm } = await link(inputs, {
            library,
            args: [...args, ...roomFor(library, PAGES)],
          });
          const preopens = { '/': here };
          const { status, output, pages } = await run(wasm, { args: ['/greedy.js'], preopens });
          const [said, failed, ...rest] = output.trim().split('\n');
          assert.deepEqual(
            [said, failed],
            ['error: InternalError: out of memory', '/greedy.js: failed'],
          );
          assert.deepEqual(rest, how === 'limit' ? ['invariant 0'] : []);
          assert.deepEqual({ status, pages }, { status: 1, pages: PAGES });
        });
  });

/** Without its six asserts that ties are rounded away from zero: that takes a
 *  rounding mode, and wasm has none. */
async function roundToNearest(path) {
  const text = await readFile(path, 'utf8');
  const ties =
    /^ *assert\(\(-?[\d.]+5\)\.to(Exponential|Precision|Fixed)\(\d\), "-?[\d.e+]*3(e\+1)?"\);\n/gm;
  assert.equal(text.match(ties).length, 6);
  await writeFile(path, text.replace(ties, ''));
}

test('Lua runs a script', async (t) => {
  const programs = await withEach('lua');
  const { status, output } = await compare(t, programs, (wasm, options) =>
    run(wasm, { input: join(here, 'script.lua'), ...options }),
  );
  assert.equal(status, 0, output);
  assert.match(output, /^collected$/m);
});

describe('-ltlsf in place of dlmalloc', () => {
  const FAMILY = [
    'malloc',
    'free',
    'calloc',
    'realloc',
    'posix_memalign',
    'aligned_alloc',
    'malloc_usable_size',
    'memalign',
  ];
  const STRONG = [...FAMILY, '__libc_malloc', '__libc_free', '__libc_calloc'];

  // -fno-builtin: else clang removes a malloc whose block is never used.
  const FLAGS = ['-O1', '-Wall', '-Werror', '-fno-builtin'];

  /** One small program, built in one step and run. */
  async function program(name, { args = [], ...options } = {}) {
    const inputs = { [name]: await source(name) };
    const linked = await link(inputs, { library: 'tlsf', args: [...FLAGS, ...args], ...options });
    assert.ok(hasTlsf(linked.map));
    assert.ok(!hasDlmalloc(linked.map), 'no dlmalloc');
    return { ...linked, ...(await run(linked.wasm)) };
  }

  test('one object defines all eleven names', async () => {
    const args = STRONG.map((name) => `-Wl,--trace-symbol=${name}`);
    const { text, status, output } = await program('family.c', { args });
    assert.deepEqual([status, output], [0, 'missing 0, usable 1\n']);
    const definitions = text.match(/^.*: definition of .*$/gm).sort();
    assert.deepEqual(
      definitions,
      STRONG.map((name) => `lib/libtlsf.a(malloc.o): definition of ${name}`).sort(),
    );
  });

  const CASES = [
    ['atexit', 'atexit.c', 'handled 100\n'],
    ['locales', 'locale.c', 'set\n3 bytes\n'],
    ['an errno that only the C library names', 'message.c', 'Out of memory\n'],
  ];
  for (const [what, name, expected] of CASES) {
    test(what, async () => {
      const { status, output, text } = await program(name);
      assert.deepEqual({ status, output, text }, { status: 0, output: expected, text: '' });
    });
  }

  test('C++: new, delete, containers, streams', { skip: !isWhole }, async () => {
    const { status, output, text } = await program('new.cpp', {
      driver: 'clang++',
      args: ['-std=c++20', '-fno-exceptions'],
    });
    assert.deepEqual({ status, output, text }, { status: 0, output: '3490 0 1\n', text: '' });
  });

  for (const flags of [[], ['-flto']]) {
    test(`errno is ENOMEM ${flags}`, async () => {
      const args = ['-Wl,--max-memory=1048576', ...flags];
      const { status, output, text } = await program('errno.c', { args });
      const expected = [
        'success 7',
        ...['malloc', 'calloc', 'realloc', 'aligned_alloc', 'exhausted'].map(
          (name) => `${name} 48`,
        ),
        'posix_memalign 48 28 28 28, errno 7, out kept',
        'and 0',
      ];
      assert.deepEqual({ status, text }, { status: 0, text: '' });
      assert.deepEqual(output.trim().split('\n'), expected);
    });
  }

  test('a program without errno gets none, and nothing is written at address 0', async () => {
    const { status, memory, map, text } = await program('no_errno.c');
    assert.deepEqual({ status, text }, { status: 0, text: '' });
    assert.doesNotMatch(map, /errno\.c/);
    assert.ok(new Uint8Array(memory.buffer, 0, 1024).every((byte) => byte === 0));
  });
});
