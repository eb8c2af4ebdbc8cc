// SPDX-License-Identifier: MIT OR Apache-2.0
// The comparison with other allocators: alone, and in a program.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { link } from '../wasm/variants.js';
import { compileText, hasLibc, PAIR, PEERS, WHOLE } from './compare/peers.js';
import { verify } from './compare/verify.js';

const SCRIPT = join(import.meta.dirname, 'compare', 'compare.js');

const SAMPLES = {
  'words.h': '#define TIMES 2\n',
  'words.c': `#include "words.h"
    void *malloc(unsigned long size);
    void free(void *p);
    char *copy(const char *from, int n) {
      char *to = malloc(n * TIMES * MORE);
      for (int i = 0; i < n * TIMES && to; i++) to[i] = from[i % n];
      return to;
    }
    void done(char *p) { free(p); }`,
  'main.c': `#include <stdlib.h>
    int main(int count, char **words) { void *p = malloc(count * 99); *words = p; free(p); return !p; }`,
  'size.c': `void *malloc(unsigned long);
    unsigned long malloc_usable_size(void *);
    unsigned long room(unsigned long n) { return malloc_usable_size(malloc(n)); }`,
  'broken.c': 'int f(void) { return nowhere; }',
  'none.c': 'int f(int n) { return n + 1; }',
};

let directory;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tlsf-compare-'));
  for (const [name, text] of Object.entries(SAMPLES)) await writeFile(join(directory, name), text);
});
after(() => rm(directory, { recursive: true, force: true }));

/** {code, out, err} of compare in the directory of the samples. */
const compare = (...args) =>
  new Promise((done) => {
    execFile(process.execPath, [SCRIPT, ...args], { cwd: directory }, (error, out, err) => done({ code: error?.code ?? 0, out, err }));
  });

async function measured(...args) {
  const { code, out, err } = await compare('--json', ...args);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

const linked = async (text) => link([await compileText('peer.c', text)], PAIR);
const TOP = 'static char pool[99999], *top = pool; void free(void *p) {}';

test('what does not allocate is not measured', async () => {
  await assert.rejects(verify(await linked(`${TOP} void *malloc(unsigned long n) { return pool; }`), PAIR), /lost its bytes|gave/);
  await assert.rejects(verify(await linked(`${TOP} void *malloc(unsigned long n) { return 0; }`), PAIR), /gave 0/);
  await assert.rejects(verify(await linked(`${TOP} void *malloc(unsigned long n) { return (top += n) - n; }`), PAIR), /gave/);
  await assert.rejects(verify(await linked(`${TOP} void *host(unsigned long n); void *malloc(unsigned long n) { return host(n); }`), PAIR));
});

test('the table has every allocator, and ours is the smallest that frees', async () => {
  const { rows, absent, versions } = await measured();
  assert.deepEqual(
    new Set([...rows.map(({ name }) => name), ...absent]),
    new Set(PEERS.map(({ name }) => name)),
  );
  assert.deepEqual(absent, (await hasLibc()) ? [] : ['dlmalloc, wasi-libc\'s']);
  assert.ok(Object.values(versions).every(Boolean));
  for (const size of ['pair', 'family']) {
    const of = (kind) => rows.filter((row) => row.kind === kind).map((row) => row[size]);
    const [zero] = of('zero');
    for (const { raw, net } of rows.map((row) => row[size])) assert.equal(net, raw - zero.raw);
    for (const column of ['raw', 'gzip', 'brotli']) {
      const least = Math.min(...of('peer').map((each) => each[column]));
      for (const each of of('ours')) assert.ok(each[column] < least, `${size} ${column}: ${each[column]}, a peer ${least}`);
      for (const each of of('floor')) assert.ok(each[column] > zero[column]);
    }
  }
  for (const { kind, missing } of rows.filter(({ kind }) => kind === 'ours')) assert.deepEqual(missing, [], kind);
  assert.ok(WHOLE.length > PAIR.length);
});

test('a program: headers, flags, and what each allocator adds', async () => {
  const { program, rows } = await measured('words.c', '--', '-DMORE=3');
  assert.equal(program, 'freestanding');
  const nets = (kind) => rows.filter((row) => row.kind === kind).map(({ net }) => net);
  assert.deepEqual(nets('zero'), [0]);
  assert.equal(nets('ours').length, 1);
  assert.equal(nets('peer').length, 2);
  assert.ok(nets('ours')[0] > Math.max(...nets('floor')));
  assert.ok(nets('ours')[0] < Math.min(...nets('peer')), JSON.stringify(rows));
});

test('a program with main() is linked with wasi-libc', async () => {
  if (!(await hasLibc())) {
    const { code, err } = await compare('main.c');
    assert.equal(code, 1);
    assert.match(err, /wasi-libc|stdlib\.h/);
    return;
  }
  const { out, err } = await compare('--markdown', 'main.c');
  assert.match(out, /^\| allocator \| raw \| gzip \| brotli \| net \|\n\| --- \| --: /, err);
  assert.match(out, /\| ours, libtlsf\.a linked \| \d+ \| \d+ \| \d+ \| \d+ \|/);
  assert.match(out, /your program \(wasi\)/);
});

test('an allocator that lacks a function says so', async () => {
  const { rows } = await measured('size.c');
  assert.match(rows.find(({ kind }) => kind === 'floor').error, /malloc_usable_size/);
  assert.ok(rows.find(({ kind }) => kind === 'ours').raw > 0);
});

const ERRORS = [
  [['nowhere.c'], /^compare: there is no nowhere\.c$/m],
  [['.'], /^compare: \. is not a file/],
  [['broken.c'], /broken\.c:1:\d+: error: use of undeclared identifier 'nowhere'/],
  [['words.c'], /words\.c:\d+:\d+: error: use of undeclared identifier 'MORE'/],
  [['none.c'], /^compare: none\.c: the program uses no malloc/],
  [['--sideways'], /there is no option --sideways[^]*usage:/],
  [['--', '-O2'], /flags for no file/],
];

for (const [args, expected] of ERRORS) {
  test(`compare ${args.join(' ')} is refused`, async () => {
    const { code, out, err } = await compare(...args);
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.match(err, expected);
    assert.doesNotMatch(err, /^\s+at /m);
  });
}
