// SPDX-License-Identifier: MIT OR Apache-2.0
// node run.js snake.wasm: what the console does, with a player who looks at the screen.
import { readFile } from 'node:fs/promises';

const [, , file] = process.argv;
if (!file) {
  console.error('usage: node run.js snake.wasm');
  process.exit(1);
}

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
const { instance } = await WebAssembly.instantiate(await readFile(file), { env: { memory } });
const { start, update } = instance.exports;
const bytes = new Uint8Array(memory.buffer); // this memory never grows
const SCREEN = 0xa0;
const [LEFT, RIGHT, UP, DOWN] = [16, 32, 64, 128];

/** The screen as 20 lines of 20 characters. */
const screen = () =>
  Array.from({ length: 20 }, (_, y) =>
    Array.from({ length: 20 }, (_cell, x) => '.*oO'[bytes[SCREEN + y * 320 + x * 2] & 3]).join(''),
  );

/** The button of a player who goes to the fruit, first sideways. */
function button(lines) {
  const find = (mark) => {
    const y = lines.findIndex((line) => line.includes(mark));
    return [lines[y]?.indexOf(mark), y];
  };
  const [[x, y], [toX, toY]] = [find('O'), find('*')];
  if (toY < 0) return 0; // the snake lies on it
  if (x !== toX) return x > toX ? LEFT : RIGHT;
  return y > toY ? UP : DOWN;
}

start();
let longest = [];
let most = 0;
for (let frame = 0; frame < 6000; frame++) {
  bytes.fill(0, SCREEN, SCREEN + 6400);
  update();
  const lines = screen();
  bytes[0x16] = button(lines);
  const length = lines.join('').replace(/[^oO]/g, '').length;
  if (length > most) [most, longest] = [length, lines];
}
console.log(longest.join('\n'));
console.log(`${most} pieces`);
