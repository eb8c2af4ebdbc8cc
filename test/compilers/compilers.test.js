// SPDX-License-Identifier: MIT OR Apache-2.0
// The core API under other compilers and on other machines: each operation of
// model.c must have the result that it has under gcc on this one. Both ways of
// mapping sizes to bins are compiled.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { WARNINGS } from '../../tools/build.js';
import { BUILDS } from '../../tools/builds.js';
import { CLANG, GCC, run, runnable } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { isWhole } from '../support/tier.js';

const GNU = ['-std=c17', '-O2', ...WARNINGS];
const MINGW = 'x86_64-w64-mingw32-gcc';
const WINE = '/usr/lib/wine/wine64';

/**
 * A row: how the core API is compiled, and (if otherwise) the program that uses
 * it, which also links; what runs the program; which part of src/core is the
 * compiler's; the Debian packages to install; whether a short run has it.
 */
const ROWS = {
  tcc: { core: ['tcc', '-Wall', '-Werror'], part: 'c17', get: 'tcc', isShort: true },
  pcc: { core: ['pcc', '-Wall'], part: 'c17', get: 'pcc' },
  // As any compiler that nobody here knows.
  'gcc without its extensions': {
    core: [GCC, ...GNU, '-U__GNUC__', '-fno-strict-aliasing'],
    user: [GCC, ...GNU],
    part: 'c17',
    get: 'gcc libc6-dev',
    isShort: true,
  },
  'gcc without its extensions, 32 bits': {
    core: [GCC, ...GNU, '-m32', '-msse2', '-U__GNUC__', '-fno-strict-aliasing'],
    user: [GCC, ...GNU, '-m32'],
    part: 'c17',
    get: 'gcc gcc-multilib',
    is32: true,
  },
  // size_t has 64 bits and long has 32.
  'gcc for Windows': {
    core: [MINGW, ...GNU],
    run: [WINE],
    part: 'gnu',
    get: 'gcc-mingw-w64-x86-64-posix wine64',
  },
  // clang as Microsoft's compiler, without a word of its own. It shows that
  // compiler_msvc.h compiles with Microsoft's extensions as they are documented
  // and is right where it runs. It does not show that cl.exe takes all of the
  // C17: nobody has run that.
  "Microsoft's extensions": {
    core: [
      CLANG,
      '--target=x86_64-pc-windows-msvc',
      '-fms-extensions',
      '-fms-compatibility',
      '-U__clang__',
      '-ffreestanding',
      ...GNU,
    ],
    user: [MINGW, ...GNU],
    run: [WINE],
    part: 'msvc',
    get: `${CLANG} gcc-mingw-w64-x86-64-posix wine64`,
  },
  // Bytes in the other order. (Debian's gcc for it shuts out gcc-multilib.)
  'clang for s390x': {
    core: [CLANG, '--target=s390x-linux-gnu', '-static', ...GNU],
    run: ['qemu-s390x'],
    part: 'gnu',
    get: `${CLANG} qemu-user libc6-dev-s390x-cross libgcc-12-dev-s390x-cross binutils-s390x-linux-gnu`,
  },
};

const directory = mkdtempSync(join(tmpdir(), 'tlsf-'));
const env = { ...process.env, WINEPREFIX: join(directory, 'wine'), WINEDEBUG: '-all' };
after(() => {
  if (existsSync(env.WINEPREFIX)) run('/usr/lib/wine/wineserver64', ['-k'], { env });
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

function tried([command, ...args]) {
  const { status, signal, stdout, stderr, error } = run(command, args, { env });
  const why = error?.message ?? signal ?? `status ${status}`;
  assert(status === 0, `${command}: ${why}\n${stdout.slice(-200)}${stderr}`);
  return stdout.replaceAll('\r', '');
}

const object = join(directory, 'core.o');
const path = join(directory, 'program.exe');

/** Compiles, links and runs; returns what the program printed. */
function printed({ core, user = core, run: runner = [] }, library, program, flags = []) {
  tried([...core, ...flags, '-c', library, '-o', object]);
  tried([...user, ...flags, program, object, '-o', path]);
  return tried([...runner, runnable(path, GCC, user)]);
}

/** Does the least program run? False, or what is to be installed. */
function lacks(name, row) {
  const library = join(directory, 'one.c');
  const program = join(directory, 'least.c');
  writeFileSync(library, 'extern int one;\nint one = 1;\n');
  writeFileSync(
    program,
    '#include <stdio.h>\nextern int one;\nint main(void) {\n  printf("%d", one);\n  return 0;\n}\n',
  );
  try {
    return printed(row, library, program) === '1' ? false : `${name} does not work`;
  } catch {
    return `${name} does not work: install it (Debian: apt-get install ${row.get})`;
  }
}

const MODEL = 'test/compilers/model.c';
const CORE = 'test/compilers/core.c';
const INCLUDES = ['-Isrc', '-Isrc/include'];
const REFERENCE = { core: [GCC, ...GNU], get: 'gcc libc6-dev' };
const REFERENCE_32 = { core: [GCC, ...GNU, '-m32', '-msse2'], get: 'gcc gcc-multilib' };

const known = new Map();
function expected(reference, flags) {
  const key = [...reference.core, ...flags].join();
  if (!known.has(key)) known.set(key, printed(reference, CORE, MODEL, flags));
  return known.get(key);
}

/** Operation by operation; what a failure shows is the first that differs. */
function same(text, reference) {
  const lines = reference.split('\n');
  assert(lines.length > 26000 && lines.at(-2) === 'done', 'the reference is whole');
  for (const [i, line] of text.split('\n').entries())
    assert.equal(line, lines[i], `operation ${i + 1}`);
  assert.equal(text.length, reference.length);
}

for (const [name, row] of Object.entries(ROWS)) {
  if (!isWhole && !row.isShort) continue;
  const reference = row.is32 ? REFERENCE_32 : REFERENCE;
  const missing = lacks('gcc', reference) || lacks(name, row);

  testWith(missing, `${name} takes compiler_${row.part}.h`, () => {
    const parts = [
      ...tried([...row.core, ...INCLUDES, '-E', CORE]).matchAll(/compiler_\w+(?=\.h")/g),
    ];
    assert.deepEqual(new Set(parts.map(String)), new Set([`compiler_${row.part}`]));
  });

  for (const float of [0, 1]) {
    const flags = [...INCLUDES, `-DTLSF_FLOAT=${float}`];
    testWith(missing, `${name}, TLSF_FLOAT=${float}: the results of gcc`, () => {
      same(printed(row, CORE, MODEL, flags), expected(reference, flags));
    });
  }
}

const AS_C = /"compile core\.c as C; the program that includes tlsf\.h may be C\+\+"/;

/** How the core API can't be compiled, and what says why. */
const REFUSED = {
  'a size_t of 16 bits': {
    command: [CLANG, '--target=msp430', '-ffreestanding'],
    message: /error: "?tlsf needs a size_t of 32 or 64 bits/,
    get: CLANG,
  },
  'core.c as C++, by g++': {
    command: ['g++'],
    message: AS_C,
    get: 'g++',
  },
  'core.c as C++, by clang++': {
    command: [CLANG, '-xc++'],
    message: AS_C,
    get: CLANG,
  },
};

for (const [name, { command, message, get }] of Object.entries(REFUSED)) {
  const missing =
    run(command[0], ['--version']).error && `${get} is missing: apt-get install ${get}`;
  testWith(missing || false, `${name} is refused, and the first error says why`, () => {
    const [compiler, ...flags] = command;
    const { status, stderr } = run(compiler, [...flags, '-fsyntax-only', BUILDS.core.source]);
    assert.notEqual(status, 0);
    assert.match(
      stderr.split('\n').find((each) => each.includes('error')),
      message,
    );
  });
}
