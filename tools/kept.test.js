// SPDX-License-Identifier: MIT OR Apache-2.0
// A tool runs once for the same version, command, inputs and outputs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { digest, kept } from './kept.js';
import { wasmOpt } from './toolchain.js';

const VERSION = `a test ${randomUUID()}`;

test('what is not the same has not the same name', () => {
  const all = [
    { a: { b: 1 }, c: 2 },
    { a: { b: 1, c: 2 } },
    { a: { b: '1', c: '2' } },
    { a: { b: '1\0c\0string2' } },
    ['a', 'b'],
    ['ab'],
    [['a'], 'b'],
    [Buffer.from('a'), 'b'],
    [],
    [undefined],
  ];
  assert.equal(new Set(all.map((each) => digest(each))).size, all.length);
});

test('a tool runs again only if something is another', async () => {
  let runs = 0;
  const tool = (command, _inputs, outputs) => {
    runs++;
    return {
      text: `run ${runs}`,
      files: outputs.map(() => new TextEncoder().encode(command.join())),
    };
  };
  const call = [['tool', '-a'], { 'in.c': Buffer.from('text') }, ['out']];
  const first = await kept(VERSION, tool, ...call);
  assert.deepEqual(first, { text: 'run 1', files: [Buffer.from('tool,-a')] });
  const again = await kept(VERSION, tool, ...call);
  assert.deepStrictEqual(again, first);
  assert.equal(again.files[0].buffer.byteLength, 'tool,-a'.length, 'a buffer of its own');
  const [command, inputs, outputs] = call;
  for (const other of [
    [`${VERSION}, newer`, tool, ...call],
    [VERSION, tool, ['tool', '-b'], inputs, outputs],
    [VERSION, tool, ['tool-a'], inputs, outputs],
    [VERSION, tool, command, { 'in.c': Buffer.from('texts') }, outputs],
    [VERSION, tool, command, { 'in.h': Buffer.from('text') }, outputs],
    [VERSION, tool, command, inputs, ['other']],
  ]) {
    const before = runs;
    await kept(...other);
    assert.equal(runs, before + 1);
  }
});

test('a tool that fails is not kept', async () => {
  const fails = async () => {
    throw new Error('no');
  };
  for (const _ of [1, 2])
    await assert.rejects(kept(VERSION, fails, ['fail'], {}, []), /^Error: no$/);
});

test('wasm-opt makes the same of the same module, run or kept', async () => {
  const name = Buffer.from(randomUUID());
  const section = Buffer.concat([Buffer.from([0, 1 + name.length, name.length]), name]);
  const module = Buffer.concat([Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), section]);
  const made = await wasmOpt(module, []);
  assert(Buffer.from(made).includes(name));
  assert.deepEqual(await wasmOpt(module, []), made);
});
