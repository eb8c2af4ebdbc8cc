// SPDX-License-Identifier: MIT OR Apache-2.0
// The same sources and tools make the same bytes: wherever they lie, whoever
// builds, in whatever language and time zone, from files of whatever date.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { hashes } from '../../tools/sizes.js';
import { root } from '../../tools/build.js';
import { isWhole } from '../support/tier.js';

const MADE = new Set(['.git', 'build', 'dist', 'node_modules']);

/** As unlike these as they come. */
const CIRCUMSTANCES = {
  umask: '077',
  date: new Date('2037-01-19'),
  env: { TZ: 'America/St_Johns', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', USER: 'b' },
};

const scratch = await mkdtemp(join(tmpdir(), 'tlsf-reproducible-'));
after(() => rm(scratch, { recursive: true, force: true }));

/** The project and its installed tools, without what was made of it. */
async function copyTo(place, date) {
  await cp(root, place, { recursive: true, filter: (path) => !MADE.has(basename(path)) });
  for (const path of await readdir(place, { recursive: true }))
    await utimes(join(place, path), date, date);
  await symlink(join(root, 'node_modules'), join(place, 'node_modules'), 'junction');
}

/** Runs a command in a directory under CIRCUMSTANCES's circumstances; what it printed. */
async function runThere(place, what) {
  await copyTo(place, CIRCUMSTANCES.date);
  const temporary = join(place, 'build', 'temporary');
  await mkdir(temporary, { recursive: true });
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-c', `umask ${CIRCUMSTANCES.umask} && ${what}`],
    {
      cwd: place,
      env: { ...process.env, TMPDIR: temporary, ...CIRCUMSTANCES.env },
    },
  );
  return stdout;
}

const directory = (name) => join(scratch, 'a directory of another name', 'much deeper', name);

test('a module and an archive made in another place and circumstances are these', async () => {
  const printed = await runThere(directory('ünusual'), 'node test/support/artefacts.js');
  const made = await hashes(root, 'dist');
  const lines = printed.trim().split('\n');
  assert.equal(lines.length, 2);
  for (const line of lines) {
    const [hash, path] = line.split('  ');
    assert.equal(hash, made[path], path);
  }
});

if (isWhole)
  test('a clean build in another place and circumstances is this one', async (t) => {
    const place = directory('and ünusual');
    const stdout = await runThere(place, './build.sh');
    const made = await hashes(place, 'dist');
    assert(Object.keys(made).length >= 9, 'dist/ is not complete');
    assert.deepEqual(await hashes(root, 'dist'), made);
    for (const [path, hash] of Object.entries(made)) {
      t.diagnostic(`${hash}  ${path}`);
      assert(
        stdout.includes(`${hash}  ${path}\n`),
        `./build.sh does not print the hash of ${path}`,
      );
    }
  });
