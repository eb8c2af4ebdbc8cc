// SPDX-License-Identifier: MIT OR Apache-2.0
// Each section of docs/install.md, from an empty folder with what a user would have.
import { join } from 'node:path';
import { describe } from 'node:test';
import { root } from '../../tools/build.js';
import { FAMILIES } from '../../tools/builds.js';
import { CLANG, GCC, missing } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { isWhole } from '../support/tier.js';
import { follow, missingFor, readPage } from './page.js';

/** Where a file lies that the page says to take. */
function find(name) {
  const folder = name.endsWith('_malloc.h') ? ['dist', 'include'] : ['dist'];
  return join(root, ...folder, name);
}

const page = await readPage();

for (const section of page)
  testWith(missingFor(section), section.title, () => follow(section, find));

// Which compilers, machines and builds there are beside those of the page.
const native = page.find(({ title }) => title === 'One file, natively');
const BUILT = [['-m64'], ['-m32', '-msse2']].flatMap((machine) =>
  [GCC, CLANG].map((compiler) => [compiler, ...machine]),
);
const families = Object.values(FAMILIES).filter(
  ({ archive, fixed, shared }) => archive && !fixed && !shared,
);

describe('one file, natively', { skip: !isWhole }, () => {
  for (const [compiler, ...flags] of BUILT)
    for (const { name } of families) {
      const line = [compiler, ...flags, `-DTLSF_BUILD=${name}`].join(' ');
      testWith(missing(compiler, flags), line, () =>
        follow(native, find, (text) => text.replace(/^cc /m, `${line} `)),
      );
    }
});
