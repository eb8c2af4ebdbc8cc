// SPDX-License-Identifier: MIT OR Apache-2.0
// Each section of docs/install.md, from an empty folder with what a user would have.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import { root } from '../../tools/build.js';
import { FAMILIES } from '../../tools/builds.js';
import { CLANG, GCC, missing, starter } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { isWhole } from '../support/tier.js';
import { made } from './made.js';
import { follow, missingFor, readPage } from './page.js';
import './release.js';

const release = await mkdtemp(join(tmpdir(), 'tlsf-release-'));
after(() => rm(release, { recursive: true, force: true }));
for (const [name, bytes] of Object.entries(made)) await writeFile(join(release, name), bytes);

/** Where a file lies that the page says to take. */
function find(name) {
  if (name in made) return join(release, name);
  return join(root, 'dist', name.endsWith('_malloc.h') ? 'include' : '', name);
}

const page = await readPage();

/** In small without CMake, which release.js runs, and those that are like another section. */
const isLong = ({ title, as }) => as || title === 'CMake';

for (const section of page.filter((each) => isWhole || !isLong(each)))
  testWith(missingFor(section), section.title, () => follow(section, find));

// Which compilers, machines and builds there are beside those of the page.
const native = page.find(({ title }) => title === 'One file, natively');
const BUILT = [
  [GCC, '-m32', '-msse2'],
  [CLANG, '-m64'],
];
const families = Object.values(FAMILIES).filter(
  ({ archive, fixed, shared }) => archive && !fixed && !shared,
);

describe('one file, natively', { skip: !isWhole }, () => {
  for (const [compiler, ...flags] of BUILT)
    for (const { name } of families) {
      const line = [compiler, ...flags, `-DTLSF_BUILD=${name}`].join(' ');
      testWith(missing(compiler, flags), line, () =>
        follow(native, find, (text) =>
          text.replace(/^cc /m, `${line} `).replace(/^(?=\.\/)/m, starter(compiler, flags)),
        ),
      );
    }
});
