// SPDX-License-Identifier: MIT OR Apache-2.0
// Natively: C's members under sanitizers, and tlsf_malloc.h beside the headers
// of the host's C library, in every standard.
import assert from 'node:assert/strict';
import { C, CLANG, compilerFor, GCC, MACHINES } from '../support/native.js';
import { missing, output, program, run, SANITIZED } from '../support/native.js';
import { testWith } from '../support/needs.js';

for (const machine of Object.values(MACHINES)) {
  const found = compilerFor([...SANITIZED, ...machine]);
  testWith(found.missing, `C's members over the host's malloc, sanitized, ${machine[0]}`, () => {
    const flags = [...C, ...SANITIZED, ...machine, '-Isrc', '-Isrc/include'];
    const path = program({ ...found, flags, sources: ['test/members/native.c'] });
    const ASAN_OPTIONS = 'allocator_may_return_null=1';
    output(path, [], { env: { ...process.env, ASAN_OPTIONS } });
  });
}

/** What a newer glibc declares in stdlib.h; in an older one, only reallocarray. */
const GLIBC = `
#include <stdlib.h>
#include <malloc.h>
#ifdef __cplusplus
extern "C" {
#endif
extern void free_sized(void *, size_t) __THROW;
extern void free_aligned_sized(void *, size_t, size_t) __THROW;
extern void *reallocarray(void *, size_t, size_t) __THROW
    __attribute_warn_unused_result__;
#ifdef __cplusplus
}
#endif
`;
/** A C library whose declarations promise nothing, such as wasi-libc. */
const PLAIN = `
#ifdef __cplusplus
extern "C" {
#endif
void *malloc(__SIZE_TYPE__);
void free(void *);
void free_sized(void *, __SIZE_TYPE__);
void *reallocarray(void *, __SIZE_TYPE__, __SIZE_TYPE__);
#ifdef __cplusplus
}
#endif
`;
const OURS = '#include "tlsf_malloc.h"\n';

const STANDARDS = {
  c: ['c11', 'c17', 'c2x', 'gnu17'],
  'c++': ['c++14', 'c++17', 'c++20', 'c++2b', 'gnu++17'],
};
const STRICT = ['-Wall', '-Wextra', '-pedantic', '-Werror', '-D_GNU_SOURCE', '-fsyntax-only'];

/** Compiles a text; what the compiler says of it. */
const says = (compiler, language, flags, text) =>
  run(compiler, [...STRICT, ...flags, '-Isrc/include', '-x', language, '-'], { input: text })
    .stderr;

for (const compiler of [GCC, CLANG])
  testWith(missing(compiler, []), `tlsf_malloc.h beside glibc's headers, ${compiler}`, () => {
    for (const [language, standards] of Object.entries(STANDARDS))
      for (const standard of standards)
        for (const text of [OURS + GLIBC, GLIBC + OURS])
          assert.equal(says(compiler, language, [`-std=${standard}`], text), '', standard);
  });

testWith(missing(CLANG, []), 'tlsf_malloc.h beside headers that promise nothing', () => {
  for (const [language, standards] of Object.entries(STANDARDS))
    for (const standard of standards)
      for (const text of [OURS + PLAIN, PLAIN + OURS]) {
        const flags = [`-std=${standard}`, '--target=wasm32', '-ffreestanding'];
        assert.equal(says(CLANG, language, flags, text), '', standard);
      }
});
