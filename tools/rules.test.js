// SPDX-License-Identifier: MIT OR Apache-2.0
// The rules of src/ hold, and each sees what breaks it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sources } from './build.js';
import { BUILDS } from './builds.js';
import { RULES, violations } from './rules.js';

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
const line = (path) => new RegExp(`^${path.replaceAll('.', '\\.')}:\\d+: `);

/** For each rule, sources that break it, and what is then said. */
const PLANTED = {
  rowForEach: [
    [append('src/builds/other.c', ''), /^src\/builds\/other\.c: no row/],
    [Object.fromEntries(files.filter(([path]) => path !== BUILD)), /there is no src\/builds\//],
  ],
  namesNoBuild: [[append(HEAP, `enum { x = TLSF_${name.toUpperCase()} };`), line(HEAP)]],
  conditionals: [
    [append(HEAP, '#if TLSF_ALIGN > 8\n#endif'), line(HEAP)],
    [append(HEAP, '#ifdef TLSF_TOP_H\n#endif'), line(HEAP)],
  ],
  oneAnswer: [
    [append(BUILD, '#include "../core/map_integer.h"'), /two answers to one question/],
    [append('src/small/family.h', '#include "../core/top_apart.h"'), /two answers/],
  ],
  includesGoDown: [
    [append(HEAP, '#include "../small/heap.h"'), line(HEAP)],
    [append('src/small/heap.h', '#include "../fast/heap.h"'), line('src/small/heap.h')],
    [append('src/fast/heap.h', '#include "../exports/plain.h"'), line('src/fast/heap.h')],
    [append(HEAP, '#include "pages.h"'), line(HEAP)],
  ],
  blocksOfUsers: [[append(HEAP, '    b = block_of(p);'), line(HEAP)]],
  callsNoExport: [
    [append('src/small/family.h', '    void *p = malloc(size);'), line('src/small/family.h')],
    [append('src/small/pools.h', '    return tlsf_malloc(t, 1);'), line('src/small/pools.h')],
  ],
  headers: [
    [append(HEAP, '    b->header |= USED;'), line(HEAP)],
    [append('src/core/bins.h', '    b = b->prev;'), line('src/core/bins.h')],
  ],
  links: [
    [append(HEAP, '    b = b->next;'), line(HEAP)],
    [append('src/core/check.h', '    h->slot[1].first = b;'), line('src/core/check.h')],
  ],
  tagged: [
    [append(HEAP, '\n\n\n\n    n = hide_from_optimiser(n);'), line(HEAP)],
    [append(HEAP, '\n\n\n\n    if (!b) __builtin_unreachable();'), line(HEAP)],
  ],
  attributes: [[append(HEAP, 'static inline void f(void);'), line(HEAP)]],
  onlyParts: [
    [append(BUILD, 'static int x = 1;'), line(BUILD)],
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

test('comments and texts break no rule', () => {
  const text = '/* b->header = malloc(1) inline */ static const char *s = "block_of(p) b->next";';
  assert.deepEqual(violations(append(HEAP, text)), []);
});
