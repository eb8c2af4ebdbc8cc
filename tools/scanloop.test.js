// SPDX-License-Identifier: MIT OR Apache-2.0
// A loop that compares words is known by its form; whatever differs from it is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '../test/support/wat.js';
import { boundsOf } from './bound.js';

const GRANTED = { scanStep: 4 };

/** The function free(at, to, value) with a body. */
const free = (body) =>
  assemble(
    `(module (memory 1) (func (export "free") (param $at i32) (param $to i32) (param $value i32) ${body}))`,
  );

const BELOW = '(i32.lt_u (local.get $at) (local.get $to))';
const DIFFERS = '(br_if $out (i32.ne (i32.load (local.get $at)) (local.get $value)))';
const NEXT = '(local.set $at (i32.add (i32.and (local.get $at) (i32.const -4)) (i32.const 4)))';
const AGAIN = '(br $l)';
const turns = (body, below = BELOW) => `(block $out (loop $l (if ${below} (then ${body}))))`;
const LOOP = turns(DIFFERS + NEXT + AGAIN);
const TURN = 16;

test('a loop that compares words has a price a turn', async () => {
  const bounds = boundsOf(await free(LOOP), GRANTED);
  assert.equal(bounds.free.scan, TURN);
  assert(bounds.free.instructions >= TURN);
});

test('loops one after the other have the sum of their prices', async () => {
  assert.equal(boundsOf(await free(LOOP.repeat(3)), GRANTED).free.scan, 3 * TURN);
});

test('what comes behind the label by which a loop is left counts', async () => {
  const behind = '(i32.store (i32.const 0) (i32.const 0))'.repeat(100);
  const loop = LOOP.replace('(block $out ', '').slice(0, -1);
  const far = await free(`(block $out ${loop} (return)) ${behind}`);
  assert(boundsOf(far, GRANTED).free.instructions > 300);
});

const REFUSED = {
  'that does not go on': turns(DIFFERS + AGAIN),
  'that goes on by another step': LOOP.replace('const 4', 'const 8'),
  'that goes on by 0': LOOP.replace('const 4', 'const 0'),
  'that goes down': LOOP.replace('(i32.add', '(i32.sub'),
  'that may stay where it is': LOOP.replace('const -4', 'const -8'),
  'that goes on from another address': LOOP.replace(
    '(i32.and (local.get $at)',
    '(i32.and (local.get $to)',
  ),
  'that moves its limit': LOOP.replace('(local.set $at', '(local.set $to'),
  'whose limit is a constant': turns(
    DIFFERS + NEXT + AGAIN,
    BELOW.replace('(local.get $to)', '(i32.const 9)'),
  ),
  'whose limit is its address': turns(DIFFERS + NEXT + AGAIN, BELOW.replace('$to', '$at')),
  'that compares addresses signed': LOOP.replace('lt_u', 'lt_s'),
  'that compares addresses the other way round': LOOP.replace('lt_u', 'gt_u'),
  'that is left where words are equal': LOOP.replace('i32.ne', 'i32.eq'),
  'that reads elsewhere': LOOP.replace('(i32.load (local.get $at))', '(i32.load (local.get $to))'),
  'that compares with a sum': LOOP.replace(
    '(local.get $value)',
    '(i32.add (local.get $value) (i32.const 1))',
  ),
  'that begins again where words differ': LOOP.replace('br_if $out', 'br_if $l'),
  'that goes on in the wrong order': turns(NEXT + DIFFERS + AGAIN),
  'whose way back has a condition': LOOP.replace(AGAIN, '(br_if $l (local.get $to))'),
  'that does more': turns(`${DIFFERS}(i32.store (local.get $at) (i32.const 0))${NEXT}${AGAIN}`),
  'that goes on where the limit is reached': `(block $out (loop $l (if ${BELOW} (then ${DIFFERS}${NEXT}${AGAIN}) (else ${AGAIN}))))`,
};

for (const [what, body] of Object.entries(REFUSED)) {
  test(`refuses a loop ${what}`, async () => {
    assert.notEqual(body, LOOP);
    const bytes = await free(body);
    assert.throws(() => boundsOf(bytes, GRANTED), /Loop is reached/);
  });
}

test('refuses a loop that compares words where none is granted', async () => {
  const bytes = await free(LOOP);
  assert.throws(() => boundsOf(bytes), /Loop is reached/);
});

test('a walk over the live blocks is for the functions that may have one', async () => {
  const walk = '(loop $l (br_if $l (i32.load (local.get $at))))';
  const bytes = await free(walk);
  assert.throws(() => boundsOf(bytes, GRANTED), /Loop is reached/);
  assert(boundsOf(bytes, { ...GRANTED, walks: ['free'] }).free.walks);
  const two = await free(walk.repeat(2));
  assert.throws(() => boundsOf(two, { ...GRANTED, walks: ['free'] }), /Loop is reached/);
});
