// SPDX-License-Identifier: MIT OR Apache-2.0
// The comparison of code size: every row is there, and its errors are clear.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../tools/build.js';
import { BUILDS, FAMILIES } from '../tools/builds.js';
import { testWith } from '../test/support/needs.js';
import { isWhole } from '../test/support/tier.js';

const compareWith = (env, ...args) =>
  spawnSync(process.execPath, [join(root, 'compare', 'compare.js'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
const compare = (...args) => compareWith({}, ...args);
const PEERS = [/^AssemblyScript/, /^emmalloc/, /^dlmalloc, wasi-libc/];

test(
  'of allocators: all rows, ours the smallest that frees, a floor and a zero',
  { skip: !isWhole },
  () => {
    const { status, stdout, stderr } = compare('--json');
    assert.equal(status, 0, stderr);
    const { rows } = JSON.parse(stdout);
    const find = (name) => rows.find((row) => name.test(row.name));
    const families = Object.values(FAMILIES).filter(({ shared }) => !shared);
    for (const name of families.flatMap(({ module, archive }) => [
      `${module}.wasm`,
      ...(archive ? [`${archive}.a linked`] : []),
    ]))
      assert(find(new RegExp(`^ours, ${name}$`)), name);
    const ours = {
      pair: find(new RegExp(`^ours, ${BUILDS.min.module}\\.`)).pair,
      family: find(new RegExp(`^ours, ${BUILDS.full.module}\\.`)).family,
    };
    for (const name of PEERS) {
      for (const kind of ['pair', 'family'])
        assert(find(name)[kind].net > ours[kind].net, `${name} ${kind}`);
    }
    const floor = find(/^a bump/);
    assert(floor.pair.net > 0 && floor.pair.net < ours.pair.net);
    assert.equal(find(/^an empty/).pair.net, 0);
  },
);

const directory = mkdtempSync(join(tmpdir(), 'tlsf-compare-'));
const file = (name, text) => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

/** All allocators are in a comparison of a program, and ours is the smallest. */
function assertOrder({ status, stdout, stderr }) {
  assert.equal(status, 0, stderr);
  const net = (name) => JSON.parse(stdout).rows.find((row) => row.name.startsWith(name)).net;
  const ours = net(`ours, ${BUILDS.full.archive}.a`);
  assert(ours > 0 && ours < net('emmalloc') && net('emmalloc') < net('dlmalloc'));
}

test('of a program: what each allocator adds to it', { skip: !isWhole }, () =>
  assertOrder(compare('--json', join(root, 'examples', 'freestanding', 'primes.c'))),
);

const CPLUSPLUS = `
#include <memory>
struct Node { int value; std::unique_ptr<Node> next; };
extern "C" int sum(int count) {
    std::unique_ptr<Node> list;
    for (int i = 0; i < count; i++) list = std::unique_ptr<Node>(new Node{i, std::move(list)});
    int all = 0;
    for (Node *node = list.get(); node; node = node->next.get()) all += node->value;
    return all;
}
`;

// wasm-opt takes a minute over what operator new brings in.
test('of a program in C++', { skip: !isWhole }, () =>
  assertOrder(compare('--json', file('list.cpp', CPLUSPLUS))),
);

test('C++ that throws: it is compiled without exceptions', () => {
  const { status, stderr } = compare(file('throw.cpp', 'void f() { throw 1; }'));
  assert.equal(status, 1);
  assert.match(stderr, /throw\.cpp: C\+\+ is compiled without exceptions here/);
});

const HEADERS = `
#include <stdlib.h>
#include <string.h>
char *copy(const char *text) {
    char *to = malloc(strlen(text) + 1);
    return to ? strcpy(to, text) : NULL;
}
void drop(char *text) { free(text); }
`;
const hasDebian = ['/usr/bin/clang-19', '/usr/bin/wasm-ld-19', '/usr/include/wasm32-wasi'].every(
  (path) => existsSync(path),
);
const missing = !hasDebian && 'Debian: apt-get install clang-19 lld-19 llvm-19 wasi-libc';

if (isWhole)
  testWith(missing, "with a native clang: wasi-libc's headers and library", () =>
    assertOrder(compareWith({ CC: 'clang-19' }, '--json', file('copy.c', HEADERS))),
  );

test('errors: no file, a file that does not compile, an unknown option', () => {
  for (const [args, message] of [
    [['nonsense.c'], /there is no .*nonsense\.c/],
    [[join(root, 'README.md')], /README\.md: the name of a C or C\+\+ file ends in \.c, /],
    [[file('broken.c', 'int f( { }')], /error: /],
    [['--nonsense'], /there is no option --nonsense/],
  ]) {
    const { status, stderr } = compare(...args);
    assert.notEqual(status, 0);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /at .*\.js:\d+/, 'a stack trace');
  }
});
