// SPDX-License-Identifier: MIT OR Apache-2.0
// Proves how many turns a compiled loop makes at most. Nothing in it writes its
// counter but the one branch that begins the next turn, which first takes 1 and
// is not taken at 0. So it makes as many turns as the counter had before, and
// no turn begins with 0. (0 itself would be 2^32 turns.)
//
//   (loop $l ... (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
import { binaryen } from './binaryen.js';

/** binaryen's description of an expression, whose fields depend on its kind. */
const infoOf = (expression) => /** @type {any} */ (binaryen.getExpressionInfo(expression));
const is = (info, name) => info.id === binaryen[`${name}Id`];

/** The constant that an expression is, or undefined. */
export function constant(expression) {
  const info = infoOf(expression);
  return is(info, 'Const') ? Number(info.value) : undefined; // of 64 bits it is a BigInt
}

/** What `op` is applied to, or undefined. */
const operand = (info, op) =>
  is(info, 'Unary') && info.op === op ? infoOf(info.value) : undefined;

/** What of 64 bits a condition compares with 0, by i64.ne or by two i64.eqz; or itself. */
function tested(condition) {
  const info = infoOf(condition);
  const isCompared = is(info, 'Binary') && info.op === binaryen.NeInt64;
  if (isCompared && constant(info.right) === 0) return infoOf(info.left);
  const equal = operand(info, binaryen.EqZInt32);
  return (equal && operand(equal, binaryen.EqZInt64)) ?? info;
}

/** The counter that a branch takes 1 from before it is taken, or undefined. */
function counted(branch) {
  const set = branch.condition && tested(branch.condition);
  if (!set || !is(set, 'LocalSet') || !set.isTee) return undefined;
  const less = infoOf(set.value);
  if (!is(less, 'Binary') || ![binaryen.SubInt32, binaryen.SubInt64].includes(less.op))
    return undefined;
  const from = infoOf(less.left);
  const isOwn = is(from, 'LocalGet') && from.index === set.index;
  return isOwn && constant(less.right) === 1 ? set.index : undefined;
}

/**
 * The local that counts a loop's turns down, or undefined. `loop` is
 * binaryen's info of it, `inside` that of all expressions of its body.
 */
export function counterOf(loop, inside) {
  const back = inside.filter((info) => is(info, 'Break') && info.name === loop.name);
  const counter = back.length === 1 ? counted(back[0]) : undefined;
  const writes = inside.filter((info) => is(info, 'LocalSet') && info.index === counter);
  return writes.length === 1 ? counter : undefined;
}
