// SPDX-License-Identifier: MIT OR Apache-2.0
// Recognises in compiled code a loop that copies or clears words, and nothing
// more general: a counter that grows by a constant each turn, one way out,
// which is taken when the counter reaches a limit, and straight code between.
// So it makes limit / step turns, and its time per byte is a constant.
//
// Two things it takes for granted, which hold for our own modules: the limit
// is the number of bytes, and at most 2^32 - step, so that the counter does
// not wrap (src/core/block.h: no request is larger than REQUEST_MAX).
//
//   (loop $l (br_if $out (i32.ge_u $i $n)) ... (local.set $i (i32.add $i step)) (br $l))
//   (loop $l (br_if $out (i32.le_u $n $i)) ... (local.set $i (i32.add $i step)) (br $l))
//   (loop $l (if (i32.gt_u $n $i) (then ... (local.set $i (i32.add $i step)) (br $l))))
//   (loop $l (if (i32.lt_u $i $n) (then ... (local.set $i (i32.add $i step)) (br $l))))
import { binaryen } from './binaryen.js';

/** binaryen's description of an expression, whose fields depend on its kind. */
const infoOf = (expression) => /** @type {any} */ (binaryen.getExpressionInfo(expression));
const is = (info, name) => info.id === binaryen[`${name}Id`];

/** What straight code is made of, and the operands of each. */
const STRAIGHT = {
  Const: [],
  LocalGet: [],
  LocalSet: ['value'],
  Load: ['ptr'],
  Store: ['ptr', 'value'],
  Binary: ['left', 'right'],
};

/** All expressions of straight code in it, or null if there is anything else. */
function flatten(expression) {
  const info = infoOf(expression);
  const name = Object.keys(STRAIGHT).find((each) => is(info, each));
  if (!name) return null;
  const operands = STRAIGHT[name].map((field) => flatten(info[field]));
  return operands.includes(null) ? null : [...operands.flat(), info];
}

const isLocal = (expression, index) => {
  const info = infoOf(expression);
  return is(info, 'LocalGet') && (index === undefined || info.index === index);
};

/** {counter, limit} of a comparison that holds while (or until) the counter is below the limit. */
function comparison(expression, op, [counter, limit]) {
  const info = infoOf(expression);
  if (!is(info, 'Binary') || info.op !== op) return null;
  if (!isLocal(info.left) || !isLocal(info.right)) return null;
  return { counter: infoOf(info[counter]).index, limit: infoOf(info[limit]).index };
}

/** The test at the head of a loop and the statements after it. */
function parts(loop) {
  const body = infoOf(loop.body);
  if (is(body, 'If') && !body.ifFalse) {
    const then = infoOf(body.ifTrue);
    const test =
      comparison(body.condition, binaryen.GtUInt32, ['right', 'left']) ??
      comparison(body.condition, binaryen.LtUInt32, ['left', 'right']);
    return test && is(then, 'Block') && !then.name
      ? { ...test, exit: undefined, statements: then.children }
      : null;
  }
  if (!is(body, 'Block') || body.name) return null;
  const [first, ...statements] = body.children;
  const out = infoOf(first);
  if (!is(out, 'Break') || out.name === loop.name || !out.condition) return null;
  const test =
    comparison(out.condition, binaryen.GeUInt32, ['left', 'right']) ??
    comparison(out.condition, binaryen.LeUInt32, ['right', 'left']);
  return test && { ...test, exit: out.name, statements };
}

/** Is this the one change of the counter: by `step`, once in each turn? */
function counts(all, { counter, limit }, step) {
  const sets = all.filter((info) => is(info, 'LocalSet'));
  const own = sets.filter(({ index }) => index === counter);
  if (own.length !== 1 || sets.some(({ index }) => index === limit)) return false;
  const sum = infoOf(own[0].value);
  if (!is(sum, 'Binary') || sum.op !== binaryen.AddInt32 || !isLocal(sum.left, counter))
    return false;
  const by = infoOf(sum.right);
  return is(by, 'Const') && by.value === step;
}

/**
 * Of a loop that moves `step` bytes in each turn: {turn, exit}, the instructions
 * of a turn, and the label by which it is left or undefined if it is left at
 * its end. Null if it is no such loop. `loop` is binaryen's info of it.
 */
export function copyTurn(loop, step) {
  const found = parts(loop);
  if (!found) return null;
  const back = infoOf(found.statements.at(-1));
  if (!is(back, 'Break') || back.name !== loop.name || back.condition) return null;
  const straight = found.statements.slice(0, -1).map(flatten);
  if (straight.includes(null)) return null;
  const all = straight.flat();
  const test = 4; // two locals, their comparison, the branch or if
  return counts(all, found, step) ? { turn: test + all.length + 1, exit: found.exit } : null;
}
