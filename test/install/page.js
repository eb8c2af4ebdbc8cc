// SPDX-License-Identifier: MIT OR Apache-2.0
// Pages of docs/ as tests: the files of the page and those of a section lie in
// an empty folder, then the section's commands run, and print what it says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { root } from '../../tools/build.js';
import { inTemporary } from '../support/temporary.js';

const BLOCK = /^(?:<!-- (file|given): (.*) -->\n)?```(\w*)\n([^]*?)```\n/gm;
const AS = /^<!-- as: (.*) -->$/m;

/** A section's {title, files, given, steps, as}; a step is commands and what they print. */
function parse([title, text]) {
  const section = { title, files: {}, given: [], steps: [], as: AS.exec(text)?.[1] };
  for (const [, word, value, language, body] of text.matchAll(BLOCK)) {
    if (word === 'file') section.files[value] = body;
    if (word === 'given') section.given.push(...value.split(' '));
    if (language === 'sh' && word !== 'file') section.steps.push({ commands: body, output: '' });
    if (!language) section.steps.at(-1).output = body;
  }
  return section;
}

/** The sections of a page; each has the files before the first, and of what it is like. */
export async function readPage(path = 'docs/install.md') {
  const text = await readFile(join(root, path), 'utf8');
  const [{ files }, ...sections] = text
    .split(/^## /m)
    .map((part) => parse([part.slice(0, part.indexOf('\n')), part]));
  return sections.map((section) => {
    const like = sections.find(({ title }) => title === section.as);
    return { ...section, files: { ...files, ...like?.files, ...section.files } };
  });
}

const places = (process.env.PATH ?? '').split(delimiter);
const isInstalled = (program) => places.some((place) => existsSync(join(place, program)));

/** Programs that sections run, and the packages of Debian that have them. */
const PROGRAMS = {
  'clang-19': 'clang-19',
  'wasm-ld-19': 'lld-19',
  'llvm-ar-19': 'llvm-19',
  cc: 'gcc',
  cmake: 'cmake',
  meson: 'meson',
  ninja: 'ninja-build',
  'pkg-config': 'pkgconf',
};

/** False, or what a section needs and is not installed. */
export function missingFor({ steps, files }) {
  const text = [...steps.map(({ commands }) => commands), ...Object.values(files)].join('\n');
  const needed = Object.keys(PROGRAMS).filter((name) => text.split(/[^\w-]+/).includes(name));
  const wanted = needed.filter((name) => !isInstalled(name)).map((name) => PROGRAMS[name]);
  return wanted.length ? `Debian: apt-get install ${wanted.join(' ')}` : false;
}

/**
 * Does what a section says; `find` gives the path of a file that it is given, `change` replaces
 * text in it, and `environment` is what its programs see.
 */
export const follow = (section, find, change = (text) => text, environment = process.env) =>
  inTemporary(async (directory) => {
    for (const [name, text] of Object.entries(section.files))
      await writeFile(join(directory, name), change(text));
    for (const name of section.given) await copyFile(find(name), join(directory, basename(name)));
    for (const { commands, output } of section.steps) {
      const options = /** @type {const} */ ({ cwd: directory, encoding: 'utf8' });
      const env = { ...environment, NODE_TEST_CONTEXT: undefined };
      const ran = spawnSync('sh', ['-ec', change(commands)], { ...options, env });
      const { status, stdout, stderr } = ran;
      assert.equal(status, 0, `${commands}\n${stdout}${stderr}`);
      assert.equal(stderr, '', 'no warning');
      // Build systems tell much before the last command prints what the page shows.
      assert.equal(stdout.slice(-output.length), output, `${commands}\n${stdout}`);
    }
  });
