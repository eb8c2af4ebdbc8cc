// SPDX-License-Identifier: MIT OR Apache-2.0
// Self-tests of what measures the tests: coverage reports a place that is not
// covered, mutation a mutant that survives, both an exception that is not
// needed any more.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { complaints as coverageComplaints } from '../coverage/coverage.js';
import { instrument, missed } from '../coverage/wasm.js';
import { GCC, missing } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { assemble } from '../support/wat.js';
import { mutantsOf } from '../mutation/mutants.js';
import {
  complaints,
  explanations,
  FILES,
  fatesOf,
  remember,
  sampled,
  unknown,
} from '../mutation/mutate.js';

test('coverage: what is missed and no exception, and an exception that is not needed', () => {
  const rows = [{ what: 'a.c', kind: 'lines', total: 3, missed: ['x++;', 'y++;'] }];
  assert.deepEqual(coverageComplaints(rows, { 'a.c: x++;': '', 'a.c: y': '' }), []);
  assert.deepEqual(coverageComplaints(rows, { 'a.c: x++;': '', 'b.c: y': '' }), [
    'not covered: a.c lines: y++;',
    'an exception that is not needed: b.c: y',
  ]);
});

test('coverage of compiled code: entries, and both ways of each decision', async () => {
  const text = `(module
    (func (export "a") (param i32) (result i32)
      (block $out (br_if $out (local.get 0)) (if (i32.eqz (local.get 0)) (then (return (i32.const 3)))))
      (select (i32.const 1) (i32.const 2) (local.get 0)))
    (func $never))`;
  const { binary, places } = instrument(assemble(text));
  const seen = places.map(() => [0, 0]);
  const coverage = (place, outcome) => (seen[place][outcome ? 1 : 0]++, outcome);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), {
    coverage: { coverage },
  });
  assert.equal(exports.a(5), 1);
  const short = ({ missed: places_ }) =>
    places_.map((place) => place.replace(/ of .* :/, ':').replace(/^\d+/, 'f'));
  assert.deepEqual(short(missed(places, seen)), [
    'f, Break 1: never false',
    'f, If 1: never false',
    'f, If 1: never true',
    'f, Select 1: never false',
    'never, entry: never',
  ]);
  assert.equal(exports.a(0), 3);
  assert.deepEqual(short(missed(places, seen)), [
    'f, If 1: never false',
    'f, Select 1: never false',
    'never, entry: never',
  ]);
});

test('mutation: each explanation is of a change that there is', async () => {
  const root = join(import.meta.dirname, '..', '..');
  const texts = await Promise.all(FILES.map((file) => readFile(join(root, file), 'utf8')));
  const mutants = FILES.flatMap((file, i) => mutantsOf(file, texts[i]));
  const list = await readFile(join(root, 'test', 'mutation', 'survivors.txt'), 'utf8');
  assert.deepEqual(unknown(mutants, explanations(list)), []);
  assert.deepEqual(unknown(mutants, explanations('# why\na.h: x => y\n')), ['a.h: x => y']);
});

test('mutants: operators, constants, conditions, statements; nothing of comments, types or texts', () => {
  const changed = (line) => mutantsOf('a.c', `${line}\n`).map(({ after }) => after);
  assert.deepEqual(changed('size_t n = a + 2;').sort(), [
    'size_t n = a + 0;',
    'size_t n = a + 1;',
    'size_t n = a + 3;',
    'size_t n = a - 2;',
  ]);
  assert.deepEqual(changed('if (a < b) return;').sort(), [
    'if (0) return;',
    'if (1) return;',
    'if (a <= b) return;',
    'if (a >= b) return;',
  ]);
  assert.deepEqual(changed('return p ? q : r;').sort(), [
    'return (!(p)) ? q : r;',
    'return 0 ? q : r;',
    'return 1 ? q : r;',
  ]);
  assert.deepEqual(
    mutantsOf('a.c', 'void f(void) {\n    g(a);\n}\n').map(({ after }) => after),
    [';'],
  );
  for (const none of [
    '/* a + 1 */',
    'char *f(const struct block *b);',
    'g("a + 1")',
    '#include "a-1.h"',
    '_Static_assert(a == 1, "");',
    '*(char *)p',
  ])
    assert.deepEqual(changed(none), [], none);
});

test('mutation: a survivor must be explained, an explanation needed', () => {
  const mutant = (before, fate) => ({ key: `a.c: ${before} => ;`, fate });
  const explained = explanations(
    '# Speed\n# alone.\na.c: x => ;\na.c: y => ;\n\n# Other.\na.c: z => ;\n',
  );
  assert.equal(explained.get('a.c: y => ;'), 'Speed alone.');
  assert.equal(explained.get('a.c: z => ;'), 'Other.');
  const mutants = [mutant('x', 'survived'), mutant('y', 'survived'), mutant('z', 'core')];
  assert.deepEqual(complaints(mutants, explained, true), [
    'explained, but it does not survive: a.c: z => ;',
  ]);
  assert.deepEqual(complaints([mutant('new', 'survived')], explained, false), [
    'not explained: a.c: new => ;',
  ]);
  assert.deepEqual(complaints([], explained, true).length, 3);
  const all = ['a', 'b', 'c', 'd'].map((name) => mutant(name));
  assert.deepEqual(sampled(all, 2, 1), sampled(all, 2, 1));
  assert.equal(sampled(all, 2, 1).length, 2);
});

test('mutation: a mutant is known again where its line has moved, and of several alike which it is', () => {
  const code = 'void f(void) {\n    g(a);\n    h(b);\n    g(a);\n}\n';
  const before = mutantsOf('a.c', code),
    after = mutantsOf('a.c', `int x;\n${code}`.replace('h(b)', 'h(c)'));
  assert.deepEqual(
    before.map(({ key }) => key),
    ['a.c: g(a); => ;', 'a.c: h(b); => ;', 'a.c: g(a); => ; (2)'],
  );
  for (const [i, fate] of ['core', 'same', 'survived'].entries()) before[i].fate = fate;
  remember(after, fatesOf(before));
  assert.deepEqual(
    after.map(({ fate }) => fate),
    ['core', undefined, undefined],
  );
});

// gcc that takes the word alias for one that it does not know is as a compiler of macOS.
testWith(missing(GCC, []), 'a compiler without aliases is missing, with its reason', () => {
  const none = missing(GCC, ['-Dalias=nothing', '-Werror=attributes']);
  assert.match(String(none), /^gcc makes no aliases here/);
  assert.match(String(missing('no-such-compiler', [])), /does not work: install it/);
});
