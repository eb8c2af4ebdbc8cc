// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf_malloc.c, tlsf.c and tlsf.h: each build of the one file is the object of
// its archive, each part links and works, and what is no build is refused.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compile, compileFlags, link, linkFlags, readArchive, root } from '../../tools/build.js';
import { BUILDS, isEmbedded, LIBRARIES, room } from '../../tools/builds.js';
import { flagsOf } from '../../tools/onefile.js';
import { toolchain } from '../../tools/toolchain.js';
import { cached } from '../support/cache.js';
import { createModel, randomStep } from '../support/model.js';
import { random } from '../support/random.js';
import { amount, isWhole } from '../support/tier.js';

const read = (name) => readFile(join(root, 'dist', name));
const ONE = { 'tlsf_malloc.c': await read('tlsf_malloc.c') };
const CORE = { 'tlsf.c': await read('tlsf.c'), 'tlsf.h': await read('tlsf.h') };

const archived = Object.entries(LIBRARIES).map(([archive, row]) => ({ ...row, archive }));
/** In small: the default, and the one whose port is the most unlike. */
const some = archived.filter(({ archive, shared }) => isWhole || archive === 'libtlsf' || shared);

const withoutPaths = (flags) => flags.filter((flag) => !flag.startsWith('-I'));
const one = (flags) => cached([ONE, flags], () => compile('tlsf_malloc.c', ONE, flags));

/** An object of an archive. */
async function objectOf(archive, name) {
  const { tool } = await toolchain();
  const inputs = { 'in.a': await readArchive(archive) };
  return (await tool(['ar', 'x', 'in.a', name], inputs, [name])).files[0];
}

const same = (a, b, what) => assert(Buffer.from(a).equals(Buffer.from(b)), what);

describe('tlsf_malloc.c is the object of the archive', () => {
  // In a build that names faults the object has a function of another one, too.
  for (const build of some.filter(({ named, shared }) => !named && (isWhole || !shared))) {
    test(`${build.name}, by the flags of the archive`, async () => {
      const flags = [...withoutPaths(compileFlags(build)), `-DTLSF_BUILD=${build.name}`];
      same(await one(flags), await objectOf(build.archive, 'malloc.o'), 'other bytes');
    });
  }
});

const PROGRAM = `
#include <stddef.h>
void *malloc(size_t size);
void free(void *p);
void *p;
int run(size_t size) {
    free(p);
    p = malloc(size);
    return p != NULL;
}
`;

/** A program of malloc and free that has `object`, or takes it of an archive. */
function program({ target = 'wasm32', shared }, object) {
  const flags = [`--target=${target}`, '-ffreestanding', '-O2'];
  const features = shared ? ['-matomics', '-mbulk-memory'] : [];
  const source = { 'main.c': Buffer.from(PROGRAM) };
  return cached([source, object, flags, features], async () => {
    const main = await compile('main.c', source, [...flags, ...features]);
    const wide = target === 'wasm64' ? ['-mwasm64'] : [];
    return link([main, object], ['run'], ['--no-entry', '--strip-all', ...wide]);
  });
}

describe('a program has the same bytes as with the archive, by the flags at the head', () => {
  for (const build of some.filter(({ sdk, flags }) => !sdk && !flags.includes('-fPIC'))) {
    test(build.name, async () => {
      const strict = ['-ffreestanding', '-Wall', '-Wextra', '-Wundef', '-Werror'];
      const flags = [...flagsOf(build), ...strict, `-DTLSF_BUILD=${build.name}`];
      const text = ONE['tlsf_malloc.c'].toString();
      assert(text.includes(` ${flagsOf(build).join(' ')}\n`), 'the head lists its flags');
      const bytes = await program(build, await one(flags));
      const other = await program(build, await readArchive(build.archive));
      if (build.named) assert.equal(bytes.length, other.length);
      else same(bytes, other, 'other bytes');
    });
  }
});

test('the line at the head of the file makes a program that works', async () => {
  const [line] = /clang --target.*-c tlsf_malloc\.c/.exec(ONE['tlsf_malloc.c'].toString());
  const flags = line.split(' ').slice(1, -2);
  const wasm = await program(BUILDS.full, await one(flags));
  const { run } = /** @type {any} */ ((await WebAssembly.instantiate(wasm)).instance.exports);
  assert.deepEqual([run(100), run(1e6), run(2 ** 32 - 1), run(0)], [1, 1, 0, 1]);
});

test('without bulk memory it copies by loops, and needs no libc', async () => {
  for (const build of some.filter(
    ({ sdk, shared, target, guards }) => !sdk && !shared && !target && !guards,
  )) {
    const own = flagsOf(build).filter((flag) => flag !== '-mbulk-memory' && flag !== '-fPIC');
    const flags = [...own, '-mcpu=mvp', '-ffreestanding', `-DTLSF_BUILD=${build.name}`];
    const wasm = await link(
      [await one(flags)],
      [...build.exports, '__heap_base'],
      [...linkFlags({}), ...room(build, 40)],
    );
    const { instance } = await WebAssembly.instantiate(wasm);
    const model = createModel(instance.exports);
    const below = random(2);
    for (let i = 0; i < amount(300, 1000); i++)
      randomStep(model, instance.exports, below, { bits: 13 });
    model.finish(below);
  }
});

test('without bulk memory guards stay whole', { skip: !isWhole }, async () => {
  const text = `
    #include <stddef.h>
    void *calloc(size_t count, size_t size);
    void *aligned_alloc(size_t align, size_t size);
    void *aligned_realloc(void *p, size_t align, size_t size);
    void free(void *p);
    void *memset(void *p, int byte, size_t n) {
        for (char *at = p, *end = at + n; at < end; at++) *at = (char)byte;
        return p;
    }
    /* Clears and copies each size up to \`most\`; returns the first that went wrong, or 0. */
    size_t run(size_t most) {
        for (size_t n = 1; n <= most; n++) {
            char *p = calloc(1, n);
            for (size_t i = 0; i < n; i++)
                if (p[i]) return n;
            for (size_t i = 0; i < n; i++) p[i] = (char)i;
            p = aligned_realloc(p, 512, n + 1);
            for (size_t i = 0; i < n; i++)
                if (p[i] != (char)i) return n;
            free(p);
        }
        return 0;
    }`;
  const flags = ['--target=wasm32', '-ffreestanding', '-mcpu=mvp', '-Oz'];
  const main = await compile('main.c', { 'main.c': Buffer.from(text) }, [...flags, '-fno-builtin']);
  const guarded = archived.filter(({ guards }) => guards);
  assert(guarded.length);
  for (const { name } of guarded) {
    const parts = ['family', 'members'].map((part) =>
      one([...flags, `-DTLSF_BUILD=${name}`, `-DTLSF_PART=${part}`]),
    );
    const wasm = await link([main, ...(await Promise.all(parts))], ['run'], ['--no-entry']);
    const { run } = /** @type {any} */ ((await WebAssembly.instantiate(wasm)).instance.exports);
    assert.equal(run(100), 0, name);
  }
});

test('the build without an archive keeps to the shadow', async () => {
  const bare = Object.entries(BUILDS).filter(
    ([, row]) => row.exports && !row.ranges && !row.archive && !isEmbedded(row),
  );
  assert(bare.length);
  for (const [name, build] of bare) {
    const object = await one([...flagsOf(build), '-ffreestanding', `-DTLSF_BUILD=${name}`]);
    const wasm = await link([object], [...build.exports, '__heap_base'], linkFlags({}));
    const { instance } = await WebAssembly.instantiate(wasm);
    const model = createModel(instance.exports);
    const below = random(1);
    for (let i = 0; i < amount(500, 5000); i++)
      randomStep(model, instance.exports, below, { bits: 15, foreign: 100 });
    model.finish(below);
  }
});

/** What programs call of each part, and what they then return. */
const PARTS = {
  heap: `
    bool tlsf_heap_reserve(size_t bytes);
    int tlsf_heap_check(void);
    void tlsf_heap_limit(size_t bytes);
    int run(void) {
        tlsf_heap_limit(5 << 16);
        return tlsf_heap_reserve(1 << 16) + 2 * tlsf_heap_reserve(9 << 16) +
               4 * tlsf_heap_check();
    }`,
  members: `
    void *reallocarray(void *p, size_t count, size_t size);
    void *aligned_realloc(void *p, size_t align, size_t size);
    void free_sized(void *p, size_t size);
    int run(void) {
        void *p = reallocarray(NULL, 100, 9), *q = reallocarray(NULL, (size_t)1 << 31, 2);
        p = aligned_realloc(p, 4096, 2000);
        free_sized(p, 2000);
        return p && (size_t)p % 4096 == 0 && !q;
    }`,
  errno: `
    extern int errno;
    int run(void) { return !malloc((size_t)-1) && errno == 48; }`,
};

describe('-DTLSF_PART', () => {
  for (const build of some.filter(
    ({ sdk, target, shared, flags }) => !sdk && !target && !shared && !flags.includes('-fPIC'),
  )) {
    for (const [part, text] of Object.entries(PARTS)) {
      const exists = ONE['tlsf_malloc.c'].includes(`TLSF_${part}_${build.name} `);
      const name = `${build.name}, ${part}${exists ? '' : ': it has none, and the compiler says so'}`;
      test(name, async () => {
        const flags = [...flagsOf(build), '-ffreestanding', `-DTLSF_BUILD=${build.name}`];
        const made = one([...flags, `-DTLSF_PART=${part}`]);
        if (!exists) return assert.rejects(made, /it has no such TLSF_PART: the head of this file/);
        const head =
          '#include <stdbool.h>\n#include <stddef.h>\nvoid *malloc(size_t size);\nvoid free(void *p);\n';
        const source = { 'main.c': Buffer.from(head + text) };
        const main = await compile('main.c', source, [
          '--target=wasm32',
          '-ffreestanding',
          '-O1',
          '-fno-builtin',
        ]);
        const wasm = await link(
          [main, await one(flags), await made],
          ['run'],
          ['--no-entry', ...room(build, 4)],
        );
        const { instance } = await WebAssembly.instantiate(wasm);
        assert.equal(/** @type {any} */ (instance.exports).run(), 1);
        return undefined;
      });
    }
  }
});

test('another name than that of a build is refused, and another target without a port', async () => {
  const wasm = ['--target=wasm32', '-ffreestanding'];
  await assert.rejects(
    one([...wasm, '-DTLSF_BUILD=nonsense']),
    /error: "there is no such TLSF_BUILD/,
  );
  await assert.rejects(one([...wasm, '-DTLSF_PART=nonsense']), /or it has no such TLSF_PART/);
  await assert.rejects(one(['--target=x86_64', '-ffreestanding']), /natively, -DTLSF_PORT=/);
});

test('with 64 bits some builds ask for an alignment', { skip: !isWhole }, async () => {
  const head = ONE['tlsf_malloc.c'].toString().replace(/\n \* /g, ' ');
  assert.match(head, /heap of checked and hard needs -DTLSF_ALIGN=32 where addresses have 64 bits/);
  for (const build of ['checked', 'hard']) {
    const flags = [
      '--target=wasm64',
      '-ffreestanding',
      `-DTLSF_BUILD=${build}`,
      '-DTLSF_PART=heap',
    ];
    await assert.rejects(one(flags), /room for an address.*-DTLSF_ALIGN=32/);
    await one([...flags, '-DTLSF_ALIGN=32']);
  }
});

test('each file of a build stands in the one file, with its comments', async () => {
  const text = ONE['tlsf_malloc.c'].toString();
  for (const path of [
    'src/flat/bins.h',
    'src/core/block.h',
    'wasm/pages.h',
    'src/threads/lock.h',
  ]) {
    assert(text.includes(`/* ---- ${path} ---`), path);
    const [, comment] = /\n(\/\*\n \* [^]*?\*\/)/.exec(await readFile(join(root, path), 'utf8'));
    assert(text.includes(comment), `the head of ${path}`);
  }
  const spdx = text.match(/SPDX-License-Identifier/g);
  assert.equal(spdx.length, 1);
});

describe('tlsf.c beside tlsf.h', () => {
  for (const build of some.filter(
    ({ core, sdk, shared }) => core && !sdk && (isWhole || !shared),
  )) {
    test(`is the core API's object in the archive of ${build.name}`, async () => {
      const flags = withoutPaths(compileFlags({ ...build, flags: build.core }));
      const object = await compile('tlsf.c', CORE, flags);
      same(object, await objectOf(build.archive, 'tlsf.o'), 'other bytes');
    });
  }
});

test('a program may have the function that a fault calls', { skip: !isWhole }, async () => {
  const build = archived.find(({ named }) => named);
  const text = `${PROGRAM}
    int kind;
    void tlsf_fault(int fault, const void *at) { (void)at; kind = fault; }
    int faulted(void) { return kind; }`;
  const flags = ['--target=wasm32', '-ffreestanding', '-O1'];
  const main = await compile('main.c', { 'main.c': Buffer.from(text) }, flags);
  const object = await one([...flagsOf(build), '-ffreestanding', `-DTLSF_BUILD=${build.name}`]);
  const wasm = await link([main, object], ['run', 'free', 'faulted'], ['--no-entry']);
  const { free, faulted } = /** @type {any} */ (
    (await WebAssembly.instantiate(wasm)).instance.exports
  );
  assert.throws(() => free(3), WebAssembly.RuntimeError);
  assert(faulted() > 0);
});
