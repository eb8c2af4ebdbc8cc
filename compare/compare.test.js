// SPDX-License-Identifier: MIT OR Apache-2.0
// The comparison of code size: every row is there, and its errors are clear.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../tools/build.js';

const compare = (...args) =>
  spawnSync(process.execPath, [join(root, 'compare', 'compare.js'), ...args], { encoding: 'utf8' });
const PEERS = [/^AssemblyScript/, /^emmalloc/, /^dlmalloc, wasi-libc/];

test('of allocators: all rows, ours the smallest that frees, a floor and a zero', () => {
  const { status, stdout, stderr } = compare('--json');
  assert.equal(status, 0, stderr);
  const { rows } = JSON.parse(stdout);
  const find = (name) => rows.find((row) => name.test(row.name));
  const ours = find(/^ours, tlsf-min/);
  for (const name of PEERS) {
    for (const kind of ['pair', 'family'])
      assert(find(name)[kind].net > ours[kind].net, `${name} ${kind}`);
  }
  const floor = find(/^a bump/);
  assert(floor.pair.net > 0 && floor.pair.net < ours.pair.net);
  assert.equal(find(/^an empty/).pair.net, 0);
});

const directory = mkdtempSync(join(tmpdir(), 'tlsf-compare-'));
const file = (name, text) => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

test('of a program: what each allocator adds to it', () => {
  const { status, stdout, stderr } = compare(
    '--json',
    join(root, 'examples', 'freestanding', 'primes.c'),
  );
  assert.equal(status, 0, stderr);
  const net = (name) => JSON.parse(stdout).rows.find((row) => row.name.startsWith(name)).net;
  assert(net('ours') > 0 && net('ours') < net('emmalloc') && net('emmalloc') < net('dlmalloc'));
});

test('errors: no file, a file that does not compile, an unknown option', () => {
  for (const [args, message] of [
    [['nonsense.c'], /there is no .*nonsense\.c/],
    [[join(root, 'README.md')], /README\.md: its name does not end in \.c/],
    [[file('broken.c', 'int f( { }')], /error: /],
    [['--nonsense'], /there is no option --nonsense/],
  ]) {
    const { status, stderr } = compare(...args);
    assert.notEqual(status, 0);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /at .*\.js:\d+/, 'a stack trace');
  }
});
