// SPDX-License-Identifier: MIT OR Apache-2.0
// The headers beside libc's: in each order, in each language and its standards,
// natively with glibc and for wasm with wasi-libc, without a warning.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, sources } from '../../tools/build.js';
import { pinnedToolchain } from '../../tools/toolchain.js';
import { run } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { amount } from '../support/tier.js';

const INCLUDE = 'dist/include';
const WARNINGS = ['-Wall', '-Wextra', '-pedantic', '-Wredundant-decls', '-Werror'];
const FLAGS = [...WARNINGS, '-fsyntax-only', `-I${INCLUDE}`];

const C = { suffix: 'c', standards: ['c11', 'c17', 'c2x'], libc: ['<stdlib.h>', '<malloc.h>'] };
const CXX = {
  suffix: 'cpp',
  standards: ['c++14', 'c++17', 'c++20', 'c++2b'],
  libc: ['<stdlib.h>', '<malloc.h>', '<cstdlib>', '<new>'],
};

const WASI = ['--target=wasm32-wasi'];
const NATIVE = {
  gcc: { language: C, get: 'gcc libc6-dev' },
  'g++': { language: CXX, get: 'g++' },
  'clang-14': { language: C, get: 'clang-14' },
  'clang++-14': { language: CXX, get: 'clang-14 g++' },
  'clang-19': { language: C, get: 'clang-19' },
  'clang++-19': { language: CXX, get: 'clang-19 g++' },
  'clang-19 for wasm': { language: C, flags: WASI, get: 'clang-19 wasi-libc' },
  'clang++-19 for wasm': {
    language: CXX,
    flags: WASI,
    get: 'clang-19 wasi-libc libc++-19-dev-wasm32',
  },
};

const MALLOC = '"tlsf_malloc.h"';
const TLSF = '"tlsf.h"';
const CHECKED = '"tlsf_checked.h"';

/** What a program includes, in which order. */
const orders = (libc) => [
  [MALLOC],
  [TLSF],
  ['"tlsf_config.h"'],
  [CHECKED],
  [MALLOC, CHECKED, ...libc],
  [...libc, CHECKED, MALLOC, TLSF],
  [MALLOC, TLSF, ...libc],
  [TLSF, MALLOC, ...libc],
  [...libc, MALLOC, TLSF],
  [...libc, TLSF, MALLOC],
  ...libc.flatMap((header) => [
    [MALLOC, header],
    [header, MALLOC],
  ]),
];

/** It calls all that it includes. */
const USES = {
  [MALLOC]: `
int use_family(void);
int use_family(void) {
    void *p = malloc(1);
    p = realloc(p, 2);
    free(p);
    p = calloc(1, 2);
    free(p);
    p = memalign(8, 8);
    free(p);
    p = aligned_alloc(8, 8);
    free(p);
    return posix_memalign(&p, 16, 16) + (int)malloc_usable_size(p);
}`,
  [TLSF]: `
bool use_core(struct tlsf *heap, char *p);
bool use_core(struct tlsf *heap, char *p) {
    tlsf_init(heap);
    return tlsf_add_pool(heap, p, 5000) && tlsf_malloc(heap, 5);
}`,
  [CHECKED]: `
size_t use_checked(void *p);
size_t use_checked(void *p) {
    const struct tlsf_faulted *last = tlsf_faulted();
    enum tlsf_fault_kind kind = TLSF_FREED;
    if (last->kind == TLSF_MISALIGNED) tlsf_fault(kind, last->pointer);
    return tlsf_live_order(tlsf_live_next(p)) + tlsf_live_check();
}`,
};

/** {name: text} of one source for each order. */
const programs = ({ suffix, libc }) =>
  Object.fromEntries(
    orders(libc).map((order, i) => [
      `order${i}.${suffix}`,
      [
        ...order.map((header) => `#include ${header}`),
        ...order.map((header) => USES[header] ?? ''),
        'int last(void);\n',
      ].join('\n'),
    ]),
  );

const directory = mkdtempSync(join(tmpdir(), 'tlsf-'));
after(() => rmSync(directory, { recursive: true, force: true }));
for (const language of [C, CXX])
  for (const [name, text] of Object.entries(programs(language)))
    writeFileSync(join(directory, name), text);

/** What a compiler says of all orders, in one run. */
const said = (compiler, flags, language) =>
  new Promise((resolve) => {
    const files = Object.keys(programs(language)).map((name) => join(directory, name));
    execFile(compiler, [...flags, ...FLAGS, ...files], { cwd: root }, (error, stdout, stderr) =>
      resolve(error ? `${flags.join(' ')}: ${error.message}${stdout}` : stderr),
    );
  });

/** Has the compiler its libc? */
const lacks = (compiler, flags, { libc, suffix }) => {
  const input = libc.map((header) => `#include ${header}\n`).join('');
  const kind = suffix === 'c' ? 'c' : 'c++';
  return run(compiler, [...flags, '-fsyntax-only', '-x', kind, '-'], { input }).status !== 0;
};

for (const [name, { language, flags = [], get }] of Object.entries(NATIVE)) {
  const [compiler] = name.split(' ');
  const missing =
    lacks(compiler, flags, language) &&
    `${name} with its libc does not work: install it (Debian: apt-get install ${get})`;
  testWith(missing, `${name}: the headers beside libc's, in each order`, async () => {
    const all = language.standards.slice(amount(-2, 0));
    const texts = await Promise.all(
      all.map((standard) => said(compiler, [`-std=${standard}`, ...flags], language)),
    );
    assert.deepEqual(texts.filter(Boolean), []);
  });
}

for (const [compiler, language] of [
  ['clang', C],
  ['clang++', CXX],
]) {
  test(`the pinned ${compiler} with its wasi-libc: the headers, in each order`, async () => {
    const { tool } = await pinnedToolchain();
    const inputs = { ...(await sources(INCLUDE)), ...programs(language) };
    for (const standard of language.standards.slice(amount(-1, 0))) {
      const flags = [`-std=${standard}`, '--target=wasm32-wasip1', ...FLAGS];
      const { text } = await tool(
        [compiler, ...flags, ...Object.keys(programs(language))],
        inputs,
        [],
      );
      assert.equal(text, '');
    }
  });
}

test("no header that users include has a name of libc's or of the inside", () => {
  const names = readdirSync(join(root, INCLUDE));
  assert.deepEqual(
    names.filter((name) => !/^tlsf(_\w+)?\.h$/.test(name)),
    [],
  );
  assert.deepEqual(names.sort(), readdirSync(join(root, 'src', 'include')).sort());
  for (const document of [
    'README.md',
    'examples/freestanding/README.md',
    'examples/wasi/README.md',
  ])
    assert.doesNotMatch(readFileSync(join(root, document), 'utf8'), /-Isrc(?!\/include)/);
});
