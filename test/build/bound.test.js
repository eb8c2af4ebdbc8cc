// SPDX-License-Identifier: MIT OR Apache-2.0
// Time is bounded in what is shipped, and the proof refuses what is not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { boundsOf } from '../../tools/bound.js';
import { compile, compileFlags, root, sources } from '../../tools/build.js';
import { BUILDS, ALL_MODULES } from '../../tools/builds.js';
import { part } from '../../tools/readme.js';
import { toolchain } from '../../tools/toolchain.js';
import { shippedBytes } from '../support/modules.js';
import { assemble } from '../support/wat.js';
import { isWhole } from '../support/tier.js';

const MOVING = [
  ...['realloc', 'calloc', 'aligned_alloc', 'posix_memalign', 'memalign'],
  ...['tlsf_realloc', 'tlsf_aligned_alloc', 'tlsf_create', 'tlsf_reset', 'tlsf_destroy'],
];

for (const name of Object.keys(ALL_MODULES)) {
  test(`${name}.wasm: every export has a bound`, async () => {
    const bounds = boundsOf(await shippedBytes(name), ALL_MODULES[name]);
    assert.deepEqual(Object.keys(bounds).sort(), [...ALL_MODULES[name].exports].sort());
    const { loops, scanStep = 0 } = ALL_MODULES[name];
    const of = (what) => bounds[what] ?? bounds[`tlsf_${what}`];
    assert.equal(of('malloc').loops, loops.length > 0);
    assert.equal(of('free').loops, scanStep > 0);
    const filling = scanStep ? ['malloc', 'free'] : [];
    for (const [entry, { instructions, moves }] of Object.entries(bounds)) {
      assert(instructions > 0 && Number.isFinite(instructions), entry);
      assert.equal(moves, [...filling, ...MOVING].includes(entry), entry);
    }
  });
}

const { pinned } = await toolchain();

test(
  'docs/benchmarks.md has what bound prints',
  { skip: !pinned && 'the document has the bounds of the pinned toolchain: unset CC' },
  async () => {
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'tools', 'bound.js')], {
      encoding: 'utf8',
    });
    const text = part(await readFile(join(root, 'docs', 'benchmarks.md'), 'utf8'), 'bound');
    const [, written] = /```text\n([^]*)\n```/.exec(text) ?? [];
    assert.equal(
      written,
      stdout.trim(),
      `the bounds moved: run ./build.sh bench --docs --only bound\n${stderr}`,
    );
  },
);

const REFUSED = {
  'a loop that waits for another thread, where no row grants it': [
    `(memory 1) (func (export "malloc") (loop (br_if 0 (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))`,
    /malloc: (AtomicWait|Loop) is reached/,
  ],
  'a loop': ['(func (export "malloc") (loop (br 0)))', /malloc: Loop is reached/],
  'a loop in a function called': [
    '(func $f (loop (nop) (br_if 0 (i32.const 1)))) (func (export "free") (call $f))',
    /free: Loop/,
  ],
  recursion: ['(func $f (export "malloc") (call $f))', /recursion through/],
  'mutual recursion': ['(func $f (export "a") (call $g)) (func $g (call $f))', /recursion through/],
  'an indirect call': [
    '(table 1 funcref) (func (export "a") (call_indirect (i32.const 0)))',
    /CallIndirect is reached/,
  ],
  'an import': [
    '(import "m" "f" (func $f)) (func (export "a") (call $f))',
    /call of the import m\.f/,
  ],
  'a loop in the start function': [
    '(func $f (loop (br 0))) (func (export "a")) (start $f)',
    /\(start\): Loop is reached/,
  ],
  'an exported table': [
    '(table (export "t") 1 funcref) (func (export "a"))',
    /exports the table t/,
  ],
  'nothing exported': ['(func (loop (br 0)))', /exports no function/],
  'what never returns': ['(func (export "a") (unreachable))', /a: never returns/],
  'moving bytes in malloc': [
    '(memory 1) (func (export "malloc") (memory.copy (i32.const 0) (i32.const 0) (i32.const 9)))',
    /malloc: moves/,
  ],
};

for (const [what, [text, message]] of Object.entries(REFUSED)) {
  test(`refuses ${what}`, () =>
    assert.throws(() => boundsOf(assemble(`(module ${text})`)), message));
}

test('a loop that waits may do nothing else', () => {
  const looping = (body) =>
    assemble(`(module (memory 1) (func (export "a") (loop ${body}
      (br_if 0 (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))))`);
  const { instructions, waits } = boundsOf(looping(''), { shared: true }).a;
  assert.deepEqual([instructions, waits], [5, true]);
  for (const body of [
    '(i32.store (i32.const 0) (i32.const 1))',
    '(drop (memory.grow (i32.const 1)))',
  ])
    assert.throws(() => boundsOf(looping(body), { shared: true }), /Loop is reached/);
});

const bound = (...files) =>
  spawnSync(process.execPath, [join(root, 'tools', 'bound.js'), ...files], { encoding: 'utf8' });

/** A directory with these files, for the time of a test. */
async function withFiles(t, files) {
  const directory = await mkdtemp(join(tmpdir(), 'tlsf-bound-'));
  t.after(() => rm(directory, { recursive: true }));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, name), bytes);
  return (name) => join(directory, name);
}

test('what is granted to our modules is granted to their bytes, not to a name', async (t) => {
  const spin = assemble(
    '(module (func (export "malloc") (param i32) (loop (br_if 0 (local.get 0)))))',
  );
  const copies = assemble(
    '(module (memory 1) (func (export "aligned_alloc") (memory.copy (i32.const 0) (i32.const 0) (i32.const 9))))',
  );
  const { module, loops } = Object.values(ALL_MODULES).find((build) => build.loops.length);
  const at = await withFiles(t, {
    [`${module}.wasm`]: spin,
    'copy.wasm': await shippedBytes(module),
    'other.wasm': copies,
  });
  assert.match(bound(at(`${module}.wasm`)).stderr, /malloc: Loop is reached/);
  const { stdout } = bound(at('copy.wasm'));
  for (const nest of loops) assert(stdout.includes(`of ${nest.join(' x ')} turns`), stdout);
  assert.doesNotMatch(bound(at('other.wasm')).stdout, /copies nothing/);
});

test('of a module with and without bounds both are told', { skip: !isWhole }, async (t) => {
  const at = await withFiles(t, {
    'both.wasm': assemble('(module (func (export "spin") (loop (br 0))) (func (export "free")))'),
    'object.wasm': await compile(
      BUILDS.core.source,
      await sources('src', 'wasm'),
      compileFlags(BUILDS.core),
    ),
  });
  const { status, stdout, stderr } = bound(at('both.wasm'));
  assert.equal(status, 1);
  assert.match(stdout, /free +0 instructions/);
  assert.match(stderr, /spin: Loop is reached/);
  assert.match(bound(at('object.wasm')).stderr, /is an object file/);
  assert.match(bound(at('.')).stderr, /is a directory/);
  assert.match(bound('--help').stdout, /usage: .*bound/);
  assert.match(bound('--nothing').stderr, /there is no option --nothing/);
});

const withParameter = (body) =>
  assemble(`(module (func (export "a") (param i32) (local $n i32) ${body}))`);

test('counts the turns of a nest of loops, and refuses it a second time', () => {
  const nest = '(loop (loop (br_if 0 (local.get 0))) (br_if 0 (local.get 0)))';
  const inner = 2 * 3 + 2; // local.get and br_if: three turns, and the last
  const outer = inner + 2;
  const once = withParameter(nest);
  const twice = withParameter(nest + nest);
  assert.equal(boundsOf(once, { loops: [[5, 3]] }).a.instructions, 6 * outer);
  assert.equal(boundsOf(once, { loops: [[4], [5, 3]] }).a.instructions, 6 * outer);
  assert.throws(() => boundsOf(once, { loops: [[5]] }), /Loop is reached/);
  assert.throws(() => boundsOf(once, { loops: [[5], [3]] }), /Loop is reached/);
  assert.throws(() => boundsOf(twice, { loops: [[5, 3]] }), /Loop is reached/);
  assert.equal(
    boundsOf(twice, {
      loops: [
        [5, 3],
        [5, 3],
      ],
    }).a.instructions,
    2 * 6 * outer,
  );
  const single = '(loop (br_if 0 (local.get 0)))';
  const two = `(loop ${single} ${single} (br_if 0 (local.get 0)))`;
  assert.throws(() => boundsOf(withParameter(single), { loops: [[5, 3]] }), /Loop is reached/);
  assert.throws(() => boundsOf(withParameter(two), { loops: [[5, 3]] }), /Loop is reached/);
});

const BEGIN = '(local.set $n (i32.const 5))';
const NEXT = '(br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1))))';
const LOOP = `(loop ${NEXT})`;

test('a single loop counts its own turns, anywhere and as often as it is there', () => {
  const granted = { loops: [[57, 8], [8]] };
  const count = (body) => boundsOf(withParameter(body), granted).a.instructions;
  const turn = 5; // two constants or locals, sub, tee, br_if
  assert.equal(count(BEGIN + LOOP), 2 + 6 * turn);
  assert.equal(count(`${BEGIN} (block (br_if 0 (local.get 0)) ${LOOP})`), 4 + 6 * turn);
  assert.equal(count((BEGIN + LOOP).repeat(2)), 2 * (2 + 6 * turn));
  assert.equal(count(BEGIN.replace('5', '8') + LOOP), 2 + 9 * turn);
});

const LESS64 = '(local.tee $m (i64.sub (local.get $m) (i64.const 1)))';
const wide = (condition, begin = '5') =>
  assemble(`(module (func (export "a") (param i32) (local $m i64)
    (local.set $m (i64.const ${begin})) (loop (br_if 0 ${condition}))))`);

test('a counter of 64 bits is compared with 0', () => {
  const granted = { loops: [[8]] };
  const count = (condition) => boundsOf(wide(condition), granted).a.instructions;
  assert.equal(count(`(i64.ne ${LESS64} (i64.const 0))`), 2 + 6 * 7);
  assert.equal(count(`(i32.eqz (i64.eqz ${LESS64}))`), 2 + 6 * 7);
  for (const wrong of [
    `(i64.ne ${LESS64} (i64.const 1))`,
    `(i64.gt_s ${LESS64} (i64.const 0))`,
    `(i64.eqz ${LESS64})`,
    `(i32.eqz (i64.ne ${LESS64} (i64.const 0)))`,
  ])
    assert.throws(() => count(wrong), /Loop is reached/, wrong);
  for (const begin of ['9', '0', '-1', '0x100000001'])
    assert.throws(
      () => boundsOf(wide(`(i32.eqz (i64.eqz ${LESS64}))`, begin), granted),
      /Loop is reached/,
    );
});

const NOT_COUNTED = {
  'that begins with more than granted': BEGIN.replace('5', '9') + LOOP,
  'that begins with 0': BEGIN.replace('5', '0') + LOOP,
  'that begins with less than 0': BEGIN.replace('5', '-1') + LOOP,
  'whose counter begins anywhere': LOOP,
  'whose counter is a parameter': `(local.set $n (local.get 0)) ${LOOP}`,
  'whose counter begins with either of two': `${BEGIN} (if (local.get 0) (then (local.set $n (i32.const 99)))) ${LOOP}`,
  'that a way joins': `(local.set $n (i32.const 99)) (block (br_if 0 (local.get 0)) ${BEGIN}) ${LOOP}`,
  'behind one that used its counter': BEGIN + LOOP + LOOP,
  'that counts up': BEGIN + LOOP.replace('sub', 'add'),
  'that counts by 2': BEGIN + LOOP.replace('const 1', 'const 2'),
  'that counts from another': BEGIN + LOOP.replace('get $n', 'get 0'),
  'that has another way back': `${BEGIN} (loop (br_if 0 (local.get 0)) ${NEXT})`,
  'that begins anew': `${BEGIN} (loop ${BEGIN} ${NEXT})`,
  'that begins anew on one way': `${BEGIN} (loop (if (local.get 0) (then ${BEGIN})) ${NEXT})`,
  'that does not test': `${BEGIN} (loop (br 0))`,
  'that tests something else': `${BEGIN} (loop (br_if 0 (i32.sub (local.get $n) (i32.const 1))))`,
  'in a loop, which would make more turns': `(loop ${BEGIN} ${LOOP} (br_if 0 (local.get 0)))`,
};

for (const [what, body] of Object.entries(NOT_COUNTED)) {
  test(`refuses a single loop ${what}`, () =>
    assert.throws(() => boundsOf(withParameter(body), { loops: [[8]] }), /Loop is reached/));
}

test('what ends in unreachable is no way', () => {
  const text =
    '(module (func (export "a") (param i32) (if (local.get 0) (then (drop (i32.const 1)) (drop (i32.const 1)) (unreachable)))))';
  assert.equal(boundsOf(assemble(text)).a.instructions, 2);
});

test('counts the longest path, not the first', () => {
  const text = `(module
    (func $two (drop (i32.const 1)))
    (func (export "a") (param i32)
      (block $out
        (br_if $out (local.get 0))
        (call $two) (call $two))
      (if (local.get 0) (then (nop)) (else (call $two)))))`;
  const { a } = boundsOf(assemble(text));
  assert.equal(a.calls, 3);
  assert.equal(a.instructions, 2 + 2 * 3 + 2 + 3);
});
