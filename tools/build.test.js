// SPDX-License-Identifier: MIT OR Apache-2.0
// What tests are told of a build.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostFlags } from './build.js';
import { BUILDS } from './builds.js';

for (const [name, build] of Object.entries(BUILDS)) {
  test(`${name}: a native program is told the build, its checker and its parameters`, () => {
    for (const machine of ['-m64', '-m32']) {
      const flags = hostFlags(build, machine);
      assert(flags.includes(`-DTLSF_BUILD="${build.source.slice(4)}"`), 'the build');
      assert(flags.includes(`-DTLSF_CHECK="${build.check}"`), 'its checker');
      for (const flag of build.host[machine] ?? []) assert(flags.includes(flag), flag);
    }
  });
}
