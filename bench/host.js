// SPDX-License-Identifier: MIT OR Apache-2.0
// What the scripts need from the engine that they run in: Node.js, Bun, or
// SpiderMonkey's shell. Files are in the working directory.
const bare = typeof globalThis.process === 'undefined';
const fs = bare ? null : await import('node:fs');

export const read = (name) =>
  bare ? globalThis.os.file.readFile(name, 'binary') : fs.readFileSync(name);

const print = bare ? globalThis.print : (text) => fs.writeSync(1, text);

export const collect = globalThis.Bun
  ? () => globalThis.Bun.gc(true)
  : (globalThis.gc ?? (() => {}));

function decode(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** A function of one argument that remembers its results. */
export function memoised(make) {
  const made = new Map();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key);
  };
}

/** The list in random order. */
export function shuffled(list) {
  const copy = [...list];
  for (let i = copy.length; i > 1; i--) {
    const k = Math.floor(Math.random() * i);
    [copy[i - 1], copy[k]] = [copy[k], copy[i - 1]];
  }
  return copy;
}

/** Calls `work` with plan.json and prints {results} or {error} as JSON. */
export function perform(work) {
  let output;
  try {
    output = { results: work(JSON.parse(decode(read('plan.json')))) };
  } catch (error) {
    output = { error: `${error.message ?? error}` };
  }
  print(JSON.stringify(output));
}
