// SPDX-License-Identifier: MIT OR Apache-2.0
// Recordings: what record(heap) writes is what was asked, and plays to the same
// addresses; observe(heap) tells it to a page; a native program is recorded too;
// `map` draws them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createHeap } from '../../js/any.js';
import { readBlocks } from '../../cli/heap/blocks.js';
import { classOf } from '../../cli/heap/classes.js';
import { randomLoad } from '../../cli/heap/loads.js';
import { Machine } from '../../cli/heap/machine.js';
import { svgOf } from '../../cli/heap/svg.js';
import { observe, record } from '../../js/record.js';
import { CALLOC, FREE, MALLOC, pack, packPause, REALLOC, unpack } from '../../js/recording.js';
import { root } from '../../tools/build.js';
import { GCC, missing } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { random } from '../support/random.js';
import { inTemporary } from '../support/temporary.js';
import { allocatorOf } from './allocator.js';

const machineOf = async () => new Machine(await allocatorOf('tlsf'));

/** Plays operations; returns what each returned. */
const play = (machine, ops) =>
  Array.from({ length: ops.length / 2 }, (_, i) => machine.step(ops[2 * i], ops[2 * i + 1]));

describe('the format', () => {
  test('operations come back as they were, with their times', () => {
    const ops = randomLoad({ count: 500, most: 1 << 20 });
    assert.deepEqual(unpack(pack(ops)).ops, ops);
    const bytes = [...packPause(7), ...pack([MALLOC, 5]), ...packPause(1e6), ...pack([FREE, 0])];
    const { ops: read, times } = unpack(Uint8Array.from(bytes));
    assert.deepEqual([...read], [MALLOC, 5, FREE, 0]);
    assert.deepEqual([...times], [7, 1_000_007]);
  });

  test('a stream that is cut anywhere gives the operations before', () => {
    const ops = [MALLOC, 300, 4 + CALLOC, 2 ** 32 - 1, REALLOC, 70_000, 4 + FREE, 0];
    const bytes = pack(ops);
    let most = 0;
    for (let n = 0; n <= bytes.length; n++) {
      const { ops: some, read } = unpack(bytes.subarray(0, n));
      assert.deepEqual([...some], ops.slice(0, some.length));
      assert.deepEqual(pack(some), bytes.slice(0, read));
      assert(some.length >= most && some.length - most <= 2);
      most = some.length;
    }
    assert.equal(most, ops.length);
  });
});

/** Asks a heap for random things; returns the addresses that it gave. */
function exercise(heap, steps) {
  const below = random(5);
  const [live, given] = [[], []];
  const got = (p) => {
    given.push(p);
    live.push(p);
  };
  const take = () => live.splice(below(live.length), 1)[0];
  for (let i = 0; i < steps; i++) {
    const what = live.length ? below(6) : 0;
    if (what < 2) got(heap.malloc(below(500)));
    else if (what === 2) got(heap.calloc(1 + below(4), below(100)));
    else if (what === 3) got(heap.realloc(take(), 1 + below(900)));
    else heap.free(take());
  }
  return given;
}

describe('record(heap)', () => {
  test('a recording plays to the same addresses', async () => {
    const { heap, end } = record(createHeap());
    const given = exercise(heap, 3000);
    const machine = await machineOf();
    const { ops } = unpack(end());
    assert.equal(ops.length / 2, 3000);
    const played = play(machine, ops).filter((_, i) => (ops[2 * i] & 3) !== FREE);
    assert.deepEqual(played, given);
  });

  test('it is written as it comes, a part at a time', () => {
    const parts = [];
    const { heap, end } = record(createHeap(), { write: (bytes) => parts.push(bytes) });
    exercise(heap, 5000);
    assert(parts.length > 2);
    assert.equal(end().length, 0);
    const whole = Buffer.concat(parts);
    assert.equal(unpack(whole).ops.length / 2, 5000);
    assert.equal(whole[0], 0xfc);
  });

  test('time, blocks from before, failures, views, alignment, reset', () => {
    let now = 0;
    const own = createHeap({ maximum: 2 });
    const old = own.malloc(10);
    const { heap, end } = record(own, { clock: () => now });
    now = 1.5;
    const p = heap.malloc(100);
    heap.u8[p] = 7;
    assert.equal(own.u8[p], 7);
    now = 4;
    heap.free(old);
    heap.free(0);
    assert.equal(heap.malloc(2 ** 20), 0);
    heap.aligned_alloc(64, 200);
    const moved = heap.realloc(old, 50);
    assert.throws(() => heap.reset(), /does not export/);
    assert.equal(heap.usableSize(moved), own.usableSize(moved));
    const { ops, times } = unpack(end());
    assert.deepEqual([...ops], [MALLOC, 100, 4 + MALLOC, 200, 8 + MALLOC, 50]);
    assert.deepEqual([...times], [1500, 4000, 4000]);
  });

  test('blocks, text and scopes are recorded too', () => {
    const { heap, end } = record(createHeap());
    const block = heap.alloc(Float64Array, 10);
    block.view[9] = 1.5;
    heap.scope((scope) => scope.string('four'));
    block.free();
    const { ops } = unpack(end());
    assert.deepEqual([...ops], [MALLOC, 80, 4 + MALLOC, 5, 4 + FREE, 0, FREE, 0]);
  });

  test('observe(heap) sends it, and once more to a page that was opened later', async () => {
    const messages = [];
    const page = { postMessage: (message, options) => messages.push([message, options]) };
    const listeners = new Set();
    const saved = globalThis.addEventListener;
    globalThis.addEventListener = (_type, listener) => listeners.add(listener);
    globalThis.removeEventListener = (_type, listener) => listeners.delete(listener);
    try {
      const { heap, stop } = observe(createHeap(), page, { every: 5 });
      heap.malloc(10);
      const had = messages.length;
      while (messages.length === had) await new Promise((resolve) => setTimeout(resolve, 5));
      heap.malloc(20);
      listeners.forEach((listen) => listen({ source: {}, data: { type: 'tlsf-ready' } }));
      const sent = messages.length;
      listeners.forEach((listen) => listen({ source: page, data: { type: 'tlsf-ready' } }));
      assert.equal(messages.length, sent + 1, 'one page alone is answered');
      stop();
      assert.equal(listeners.size, 0);
    } finally {
      globalThis.addEventListener = saved;
      delete globalThis.removeEventListener;
    }
    assert(messages.every(([, options]) => options.targetOrigin === '*'));
    let bytes = [];
    for (const [{ type, bytes: more, first }] of messages) {
      assert.equal(type, 'tlsf-recording');
      bytes = first ? [...more] : [...bytes, ...more];
    }
    assert.deepEqual([...unpack(Uint8Array.from(bytes)).ops], [MALLOC, 10, 4 + MALLOC, 20]);
  });
});

/** The bytes of each class that a path of the SVG draws: its parts' widths. */
function drawn(svg) {
  const all = {};
  for (const [, name, path] of svg.matchAll(/<path class="(c\d|free)" d="([^"]*)"/g)) {
    const parts = path.split('M').slice(1);
    all[name] = parts.reduce((sum, part) => sum + Number(/h([\d.]+)v/.exec(part)[1]), 0);
  }
  return all;
}

describe('the picture as SVG', () => {
  test('all bytes of all blocks are drawn, in the colour of their class', async () => {
    const machine = await machineOf();
    play(machine, randomLoad({ count: 900, live: 120, most: 3000 }));
    const blocks = readBlocks(machine.memory.buffer, machine.allocator.layout);
    const bytes = machine.memory.buffer.byteLength;
    const svg = svgOf({ blocks, bytes, title: 'a & b', subtitle: '<c>' });
    const expected = {};
    for (let i = 0; i < blocks.count; i++) {
      const { size, used } = blocks.get(i);
      const name = used ? `c${classOf(size)}` : 'free';
      expected[name] = (expected[name] ?? 0) + size;
    }
    const widths = drawn(svg);
    const perRow = 880 / (bytes / 32);
    assert.deepEqual(Object.keys(widths).sort(), Object.keys(expected).sort());
    for (const [name, sum] of Object.entries(expected))
      assert(
        Math.abs(widths[name] - sum * perRow) < 3,
        `${name}: ${widths[name]}, ${sum * perRow}`,
      );
    assert.match(svg, /a &#38; b/);
    assert.match(svg, /prefers-color-scheme:dark/);
    assert.doesNotMatch(svg, /<c>/);
  });
});

const map = (...args) =>
  spawnSync(process.execPath, [join(root, 'cli/main.js'), 'map', ...args], {
    encoding: 'utf8',
  });

describe('tlsf-wasm map', () => {
  test('prints the statistics of a moment, and draws it', () =>
    inTemporary(async (directory) => {
      const file = join(directory, 'x.recording');
      const svg = join(directory, 'x.svg');
      const ops = Uint32Array.from([MALLOC, 100, 4 + MALLOC, 3000, FREE, 0]);
      await writeFile(file, Uint8Array.from([...packPause(0), ...pack(ops)]));
      const { stdout, stderr, status } = map(file, '--at', '2', '--svg', svg);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /x: 2 of 3 requests on tlsf.wasm/);
      assert.match(stdout, /bytes that were asked for +3,100\n/);
      assert.match(stdout, /used blocks +2\n/);
      const text = await readFile(svg, 'utf8');
      assert(text.startsWith('<svg') && text.includes('class="c2"') && text.includes('class="c6"'));
      await writeFile(file, gzipSync(pack(ops)));
      assert.match(map(file, '--build', 'tlsf-fast').stdout, /3 of 3 requests on tlsf-fast.wasm/);
      assert.match(
        map(join(root, 'bench/traces/lua.trace'), '--at', '500').stdout,
        /500 of 249,844/,
      );
    }));

  test('what is wrong is said in a line', () =>
    inTemporary(async (directory) => {
      const file = join(directory, 'x');
      await writeFile(file, 'no recording');
      const empty = join(directory, 'empty');
      await writeFile(empty, Uint8Array.from(packPause(0)));
      for (const [args, said] of [
        [[], /name one recording/],
        [[join(directory, 'none')], /cannot read the recording/],
        [[file], /is no recording/],
        [[empty], /holds no request/],
        [['--what'], /Unknown option '--what'.*map --help/],
        [[join(root, 'bench/traces/lua.trace'), '--at', 'x'], /--at must be a number/],
        [
          [join(root, 'bench/traces/lua.trace'), '--build', 'x'],
          /there is no build x; there are: tlsf-min/,
        ],
      ]) {
        const { status, stderr } = map(...args);
        assert.equal(status, 1, args.join(' '));
        assert.match(stderr, said);
        assert.equal(stderr.trim().split('\n').length, 1, stderr);
      }
      assert.match(map('--help').stdout, /usage: tlsf-wasm map/);
    }));
});

testWith(missing(GCC, []) || false, 'a native program is recorded', () =>
  inTemporary(async (directory) => {
    const source = join(directory, 'x.c');
    await writeFile(
      source,
      `#include <stdlib.h>
       int main(void) {
           char *volatile a = malloc(1001); char *volatile b = calloc(3, 700);
           a = realloc(a, 5003); free(b); free(a); return 0;
       }`,
    );
    execFileSync(GCC, ['-O0', source, '-o', join(directory, 'x')]);
    const file = join(directory, 'recording');
    const command = [join(root, 'bench/record_command.js'), '-o', file, join(directory, 'x')];
    const told = execFileSync(process.execPath, command, { encoding: 'utf8' });
    const bytes = await readFile(file);
    const { ops, times } = unpack(bytes);
    assert.match(told, new RegExp(`: ${ops.length / 2} operations, ${bytes.length} bytes`));
    const all = Array.from({ length: ops.length / 2 }, (_, i) => [ops[2 * i] & 3, ops[2 * i + 1]]);
    const from = all.findIndex(([, size]) => size === 1001);
    assert.deepEqual(all.slice(from, from + 5), [
      [MALLOC, 1001],
      [CALLOC, 2100],
      [REALLOC, 5003],
      [FREE, 0],
      [FREE, 0],
    ]);
    assert(times.every((time, i) => !i || time >= times[i - 1]));
    const wrong = spawnSync(process.execPath, command.slice(0, 3), { encoding: 'utf8' });
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, /usage: .\/build.sh record/);
  }),
);
