// SPDX-License-Identifier: MIT OR Apache-2.0
// What the pinned tools made, kept in build/tools: the same command on the same
// bytes makes the same bytes, so it runs once.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

const directory = join(import.meta.dirname, '..', 'build', 'tools');

/** Each value after what it is and how long, so that no two trees are the same row of bytes. */
function add(hash, input) {
  if (input instanceof Uint8Array) hash.update(`bytes ${input.length}:`).update(input);
  else if (input && typeof input === 'object') {
    const entries = Object.entries(input);
    hash.update(`entries ${entries.length}:`);
    for (const each of entries.flat(1)) add(hash, each);
  } else hash.update(`${typeof input} ${String(input).length}:${input}`);
}

/** A name for values, bytes and trees of them: the same only for the same ones. */
export function digest(...inputs) {
  const hash = createHash('sha256');
  add(hash, inputs);
  return hash.digest('hex').slice(0, 32);
}

/** Writes a file in whole or not at all, though others may be at it too. */
export async function replace(path, bytes) {
  const draft = `${path}.${randomUUID()}.draft`;
  await writeFile(draft, bytes);
  await rename(draft, path);
}

/** The same bytes as a Buffer with memory of its own: some who read them look at all of it. */
const apart = (bytes) => bytes && Buffer.from(new Uint8Array(bytes).buffer);

/** What was kept there; undefined if nothing was, or nothing that can be read. */
async function known(path) {
  try {
    return deserialize(await readFile(path));
  } catch {
    return undefined;
  }
}

/** What `tool(command, inputs, outputs)` returns, by a tool of this version: the same, run or kept. */
export async function kept(version, tool, command, inputs, outputs) {
  const path = join(directory, digest(version, command, inputs, outputs));
  let made = await known(path);
  if (!made) {
    made = await tool(command, inputs, outputs);
    await mkdir(directory, { recursive: true });
    await replace(path, serialize(made));
  }
  return { text: made.text, files: made.files.map(apart) };
}
