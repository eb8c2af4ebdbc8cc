// SPDX-License-Identifier: MIT OR Apache-2.0
// Recognises in compiled code a loop that compares the words from an address up
// to another with a value, and nothing more general. Each turn but the first
// begins a word higher, so it makes at most (to - from) / step + 1 turns.
//
//   (loop $l (if (i32.lt_u $at $to) (then
//     (br_if $out (i32.ne (i32.load $at) $value))
//     (local.set $at (i32.add (i32.and $at (i32.const -step)) (i32.const step)))
//     (br $l))))
import { binaryen } from './binaryen.js';

/** binaryen's description of an expression, whose fields depend on its kind. */
const infoOf = (expression) => /** @type {any} */ (binaryen.getExpressionInfo(expression));
const is = (info, name) => info.id === binaryen[`${name}Id`];

/** The instructions of a turn: two tests, the next address, the way back. */
const TURN = 4 + 5 + 6 + 1;

const local = (expression) => {
  const info = infoOf(expression);
  return is(info, 'LocalGet') ? info.index : undefined;
};
const isConst = (expression, value) => {
  const info = infoOf(expression);
  return is(info, 'Const') && info.value === value;
};

/** The operands of a binary expression, or []. */
const operands = (expression, op) => {
  const info = infoOf(expression);
  return is(info, 'Binary') && info.op === op ? [info.left, info.right] : [];
};

/** Is this the end of the turn: `at` becomes the next multiple of step? */
function advances(expression, at, step) {
  const set = infoOf(expression);
  if (!is(set, 'LocalSet') || set.isTee || set.index !== at) return false;
  const [masked, by] = operands(set.value, binaryen.AddInt32);
  if (!masked || !isConst(by, step)) return false;
  const [from, mask] = operands(masked, binaryen.AndInt32);
  return from !== undefined && local(from) === at && isConst(mask, -step);
}

/** The label by which a branch leaves where the word at `at` differs, or undefined. */
function leaves(expression, at, loop) {
  const out = infoOf(expression);
  if (!is(out, 'Break') || out.name === loop || !out.condition || out.value) return undefined;
  const [word, value] = operands(out.condition, binaryen.NeInt32);
  if (!word || local(value) === undefined) return undefined;
  const load = infoOf(word);
  return is(load, 'Load') && local(load.ptr) === at ? out.name : undefined;
}

/**
 * Of a loop that compares `step` bytes in each turn: {turn, exit}, the
 * instructions of a turn and the label by which it is left where they differ.
 * Null if it is no such loop. `loop` is binaryen's info of it.
 */
export function scanTurn(loop, step) {
  const body = infoOf(loop.body);
  if (!is(body, 'If') || body.ifFalse) return null;
  const [at, to] = operands(body.condition, binaryen.LtUInt32).map(local);
  const then = infoOf(body.ifTrue);
  if (at === undefined || to === undefined || at === to) return null;
  if (!is(then, 'Block') || then.name || then.children.length !== 3) return null;
  const [differs, next, again] = then.children;
  const exit = leaves(differs, at, loop.name);
  const back = infoOf(again);
  const isBack = is(back, 'Break') && back.name === loop.name && !back.condition;
  return exit && isBack && advances(next, at, step) ? { turn: TURN, exit } : null;
}
