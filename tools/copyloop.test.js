// SPDX-License-Identifier: MIT OR Apache-2.0
// A loop over words is known by its form; whatever differs from it is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '../test/support/wat.js';
import { boundsOf } from './bound.js';

const GRANTED = { copyStep: 4 };

/** The function calloc(i, n) with a body. */
const calloc = (body) =>
  assemble(`(module (memory 1) (func (export "calloc") (param $i i32) (param $n i32) ${body}))`);

const COUNT = '(local.set $i (i32.add (local.get $i) (i32.const 4)))';
const STORE = '(i32.store (local.get $i) (i32.const 0))';
const LEAVE = '(br_if $out (i32.ge_u (local.get $i) (local.get $n)))';
const BELOW = '(i32.gt_u (local.get $n) (local.get $i))';
const headed = (body) => `(block $out (loop $l ${LEAVE} ${body} (br $l)))`;
const turned = (body) => guarded(body).replace(BELOW, '(i32.lt_u (local.get $i) (local.get $n))');
const REACHED = '(i32.le_u (local.get $n) (local.get $i))';
const reached = (body) => headed(body).replace('(i32.ge_u (local.get $i) (local.get $n))', REACHED);
const guarded = (body) => `(loop $l (if ${BELOW} (then ${body} (br $l))))`;

for (const [form, loop] of Object.entries({ headed, reached, guarded, turned })) {
  test(`a ${form} loop over words has a price a turn`, async () => {
    const bounds = boundsOf(await calloc(loop(`${STORE} ${COUNT}`)), GRANTED);
    assert.equal(bounds.calloc.turn, 12);
    assert(bounds.calloc.moves);
    assert(bounds.calloc.instructions >= 12);
  });
}

test('loops one after the other have the sum of their prices', async () => {
  const bytes = await calloc(guarded(`${STORE} ${COUNT}`).repeat(3));
  assert.equal(boundsOf(bytes, GRANTED).calloc.turn, 36);
});

test('what comes behind the label by which a loop is left counts', async () => {
  const loop = `(loop $l ${LEAVE} ${COUNT} (br $l))`;
  const behind = '(i32.store (i32.const 0) (i32.const 0))'.repeat(100);
  const far = await calloc(`(block $out (block ${loop}) (return)) ${behind}`);
  const near = await calloc(`(block $out ${loop}) ${behind}`);
  const farther = boundsOf(far, GRANTED).calloc.instructions;
  assert.equal(farther, boundsOf(near, GRANTED).calloc.instructions);
  assert(farther > 300);
});

test('a loop that is left to begin an outer one again never returns', async () => {
  const bytes = await calloc(`(loop $out (loop $l ${LEAVE} ${COUNT} (br $l)))`);
  assert.throws(() => boundsOf(bytes, { ...GRANTED, loops: [[2, 2]] }), /never returns/);
  assert.throws(() => boundsOf(bytes, GRANTED), /Loop is reached/);
});

const REFUSED = {
  'that does not count': headed(STORE),
  'that counts by another step': headed(COUNT.replace('4', '8')),
  'whose turns another test guards': guarded(`${STORE} ${COUNT}`).replace(BELOW, '(local.get $n)'),
  'that counts by 0': headed(COUNT.replace('4', '0')),
  'that counts down': headed(COUNT.replace('add', 'sub')),
  'that counts twice': headed(COUNT + COUNT),
  'that counts on one way only': headed(`(if (local.get $n) (then ${COUNT}))`),
  'that moves its limit': headed(`${COUNT} (local.set $n (i32.add (local.get $n) (i32.const 9)))`),
  'that begins anew': headed(`${COUNT} (local.set $i (i32.const 0))`),
  'that is left below its limit': headed(COUNT).replace('ge_u', 'le_u'),
  'that compares signed': headed(COUNT).replace('ge_u', 'ge_s'),
  'that waits for equality': headed(COUNT).replace('ge_u', 'eq'),
  'that compares the other way round': guarded(COUNT).replace('gt_u', 'lt_u'),
  'that is turned and compares the other way round': turned(COUNT).replace('lt_u', 'gt_u'),
  'with a way back before the count': headed(`(br_if $l (local.get $n)) ${COUNT}`),
  'that compares with a constant': headed(COUNT).replace('(local.get $n)', '(i32.const 9)'),
  'with more than words in a statement': headed(
    `(i32.store (local.get $i) (memory.size)) ${COUNT}`,
  ),
  'that begins again at its head': headed(COUNT).replace('br_if $out', 'br_if $l'),
  'whose way back has a condition': headed(COUNT).replace('(br $l)', '(br_if $l (local.get $n))'),
  'with a loop in it': headed(`${COUNT} (loop (br_if 0 (local.get $n)))`),
};

for (const [what, body] of Object.entries(REFUSED)) {
  test(`refuses a loop ${what}`, async () => {
    const bytes = await calloc(body);
    assert.throws(() => boundsOf(bytes, GRANTED), /Loop is reached/);
  });
}

test('refuses a loop over words where none is granted', async () => {
  const bytes = await calloc(headed(COUNT));
  assert.throws(() => boundsOf(bytes), /Loop is reached/);
});
