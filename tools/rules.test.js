// SPDX-License-Identifier: MIT OR Apache-2.0
// The rules of src/ hold, and each sees what breaks it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sources } from './build.js';
import { BUILDS, MEMBERS } from './builds.js';
import { tooLong } from './readme.js';
import { functionLines, RULES, violations } from './rules.js';

const files = Object.entries(await sources('src')).map(([path, bytes]) => [path, String(bytes)]);
const SRC = Object.fromEntries(files);

test('the sources keep every rule', () => {
  assert.ok(files.length > 15, `${files.length} sources`);
  assert.deepEqual(violations(SRC), []);
});

const name = Object.keys(BUILDS)[0];
const append = (path, text) => ({ ...SRC, [path]: `${SRC[path]}\n${text}\n` });
const HEAP = 'src/core/heap.h';
const BUILD = BUILDS[name].source;
const MEMBER = Object.values(MEMBERS)[0].source;
const line = (path) => new RegExp(`^${path.replaceAll('.', '\\.')}:\\d+: `);

/** For each rule, sources that break it, and what is then said. */
const PLANTED = {
  rowForEach: [
    [append('src/builds/other.c', ''), /^src\/builds\/other\.c: no row/],
    [Object.fromEntries(files.filter(([path]) => path !== BUILD)), /there is no src\/builds\//],
    [append('src/members/other.cpp', ''), /^src\/members\/other\.cpp: no row/],
    [Object.fromEntries(files.filter(([path]) => path !== MEMBER)), /there is no src\/members\//],
  ],
  portable: [[append(HEAP, '    n = __builtin_wasm_memory_size(0);'), line(HEAP)]],
  namesNoBuild: [
    [append(HEAP, `enum { x = TLSF_${name.toUpperCase()} };`), line(HEAP)],
    [append(HEAP, `enum { x = ${name.toUpperCase()} };`), line(HEAP)],
    [append(HEAP, `enum { x = IN_${name.toUpperCase()}_MODE };`), line(HEAP)],
    [append(HEAP, `static bool ${name}_only;`), line(HEAP)],
  ],
  conditionals: [
    [append(HEAP, '#if TLSF_ALIGN > 8\n#endif'), line(HEAP)],
    [append(HEAP, '#ifdef TLSF_TOP_H\n#endif'), line(HEAP)],
    [append(HEAP, '#ifndef TLSF_TOP_H\n#endif'), line(HEAP)],
    [append(HEAP, '#if TLSF_ALIGN > 8 && defined __clang__\n#endif'), line(HEAP)],
    [append(HEAP, '#if __has_include("x.h")\n#endif'), line(HEAP)],
    [append(HEAP, '#if __has_include(<features.h>)\n#endif'), line(HEAP)],
  ],
  constants: [
    [append(HEAP, '    if (TOP_IS_APART) return;'), line(HEAP)],
    [append(HEAP, '    if (HAS_TOP) return;'), line(HEAP)],
  ],
  oneAnswer: [
    [append(BUILD, '#include "../core/map_integer.h"'), /two answers to one question/],
    [append('src/fast/family.h', '#include "../core/bins.h"'), /two answers/],
  ],
  includesGoDown: [
    [append(HEAP, '#include "../small/heap.h"'), line(HEAP)],
    [append('src/small/heap.h', '#include "../fast/heap.h"'), line('src/small/heap.h')],
    [append('src/fast/heap.h', '#include "../exports/plain.h"'), line('src/fast/heap.h')],
    [append(HEAP, '#include "pages.h"'), line(HEAP)],
    [append(HEAP, '#include "../members/new.h"'), line(HEAP)],
    [append(MEMBER, '#include "pages.h"'), line(MEMBER)],
    [append(MEMBER, '#include "../small/heap.h"'), line(MEMBER)],
    [append(HEAP, '#include "state.h"'), line(HEAP)],
    [append(HEAP, '#include "small/heap.h"'), line(HEAP)],
    [append(HEAP, '#include "../core/nothing.h"'), line(HEAP)],
  ],
  systemHeaders: [
    [append(HEAP, '#include <pages.h>'), line(HEAP)],
    [append(HEAP, '#include <stdlib.h>'), line(HEAP)],
    [append(HEAP, '#include <features.h>'), line(HEAP)],
  ],
  noCircle: [[append('src/core/block.h', '#include "heap.h"'), /lead back to it$/]],
  blocksOfUsers: [[append(HEAP, '    b = block_of(p);'), line(HEAP)]],
  callsNoExport: [
    [append('src/flat/family.h', '    void *p = malloc(size);'), line('src/flat/family.h')],
    [append('src/small/pools.h', '    return tlsf_malloc(t, 1);'), line('src/small/pools.h')],
    [append(HEAP, 'static void f(void *p) { free(p); }'), line(HEAP)],
    [append(HEAP, '#define GIVE(p) free(p)'), line(HEAP)],
    [append(HEAP, '    f(malloc);'), line(HEAP)],
    [append(HEAP, '    __libc_free(p);'), line(HEAP)],
    [append(HEAP, '    __builtin_malloc(1);'), line(HEAP)],
    [append(HEAP, '    reallocarray(p, 1, 1);'), line(HEAP)],
  ],
  membersOnTop: [[append(MEMBER, 'void *f(void) { return family_malloc(1); }'), line(MEMBER)]],
  headers: [
    [append(HEAP, '    b->header |= USED;'), line(HEAP)],
    [append('src/core/bins.h', '    b = b->prev;'), line('src/core/bins.h')],
  ],
  links: [
    [append(HEAP, '    b = b->next;'), line(HEAP)],
    [append('src/core/check.h', '    h->slot[1].first = b;'), line('src/core/check.h')],
  ],
  aroundHeaders: [
    [append(HEAP, '    ((size_t *)b)[1] |= 1;'), line(HEAP)],
    [append(HEAP, '    n = block_size(b) | USED;'), line(HEAP)],
    [append(HEAP, '    *b = (struct block){0};'), line(HEAP)],
  ],
  tagged: [
    [append(HEAP, '\n\n\n\n    n = hide_from_optimiser(n);'), line(HEAP)],
    [append(HEAP, '\n\n\n\n    if (!b) __builtin_unreachable();'), line(HEAP)],
    [append(HEAP, '    /* size: 2, x */\n    f();\n    __builtin_assume(b);'), line(HEAP)],
    [append(HEAP, '    volatile int x;'), line(HEAP)],
    [append(HEAP, '\n\n\n\n    UNREACHABLE();'), line(HEAP)],
  ],
  onlyC: [
    [append(HEAP, '    n = __builtin_ctz(n);'), line(HEAP)],
    [append(HEAP, 'union u { int i; } __attribute__((may_alias));'), line(HEAP)],
    [append('src/flat/bins.h', '} __attribute__((packed));'), line('src/flat/bins.h')],
  ],
  attributes: [
    [append(HEAP, 'static inline void f(void);'), line(HEAP)],
    [append(HEAP, '__attribute__((__noinline__)) static void f(void);'), line(HEAP)],
    [append(HEAP, '__attribute__((cold)) static void f(void);'), line(HEAP)],
  ],
  shortCore: [
    [
      append('src/flat/heap.h', 'static int f(void) {\n    g();\n}\n'.repeat(80)),
      /\d+ lines of functions/,
    ],
    [
      append('src/flat/pair.h', '#include "realloc.h"\n#include "../core/family.h"'),
      /more than 150/,
    ],
  ],
  onlyParts: [
    [append(BUILD, 'static int x = 1;'), line(BUILD)],
    [append(BUILD, '#define TLSF_X 1'), line(BUILD)],
    [append(BUILD, '#include <a.h>\n'.repeat(20)), /more than 20/],
  ],
};

test('every rule has a planted violation', () => {
  assert.deepEqual(Object.keys(PLANTED).sort(), Object.keys(RULES).sort());
});

for (const [rule, cases] of Object.entries(PLANTED)) {
  for (const [i, [planted, message]] of cases.entries()) {
    test(`${rule} sees a planted violation (${i + 1})`, () => {
      const [first] = RULES[rule](planted);
      assert.match(String(first), message);
    });
  }
}

test('lines of functions are counted as a reader does', () => {
  const text = `/* f */
struct s {
    int i;
};
static void f(int i);
static int g(int i) { return i; }
static void *h(int i,
               int j) {
    /* why */
    if (i) {
        f(j);
    } else {
        f(i);
    }

    return 0;
}
`;
  assert.equal(functionLines(text), 1 + 7);
});

test('comments and texts break no rule', () => {
  const text = '/* b->header = malloc(1) inline */ static const char *s = "block_of(p) b->next";';
  assert.deepEqual(violations(append(HEAP, text)), []);
});

test('README is as long as it may be, and no longer', () => {
  assert.deepEqual(tooLong('\n'.repeat(150)), []);
  assert.deepEqual(tooLong('\n'.repeat(151)), ['README.md has 151 lines, more than 150']);
});
