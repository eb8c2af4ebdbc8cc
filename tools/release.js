// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh release and ./build.sh install: what of the project goes where.
//
//   release                writes dist/release/: archives, package, sums
//   install --prefix DIR   copies what programs are built with below DIR
import './ends.js';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { root } from './build.js';
import { crate } from './crate.js';
import { tarGz, zip } from './pack.js';
import { prefixFiles, rootFiles, wrapFile } from './packages.js';
import { BuildError, toolchain } from './toolchain.js';

const { version, repository } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const NAME = `tlsf-wasm-${version}`;
const URL = repository.url.replace(/^git\+|\.git$/g, '');

/** {path from `to`: bytes} of the files in a folder of the project, or of those that match. */
async function folder(from, to, matches = /./) {
  const files = {};
  for (const entry of await readdir(join(root, from), { recursive: true })) {
    const path = entry.replaceAll('\\', '/');
    const at = join(root, from, path);
    if (matches.test(path) && (await stat(at)).isFile()) files[`${to}${path}`] = await readFile(at);
  }
  return files;
}

const texts = (files) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));

const ABOUT = /^(README\.md|CHANGELOG\.md|LICENSE-\w+)$/;

/** What programs are built with, as it lies below a prefix. */
const prefix = async () => ({
  ...(await folder('dist/include', 'include/')),
  ...(await folder('dist/lib', 'lib/')),
  ...(await folder('dist', 'share/tlsf-wasm/', /^tlsf[\w-]*\.(wasm|c|h)$/)),
  ...texts(prefixFiles(version)),
});

/** The tree of a release. */
const release = async () => ({
  ...(await prefix()),
  ...(await folder('docs', 'docs/')),
  ...(await about('')),
  ...texts(rootFiles(version)),
});

/** A package's manifest without the commands of a clone: npm warns of one that it might run. */
function withoutScripts(manifest) {
  const { scripts: _, ...rest } = JSON.parse(manifest);
  return Buffer.from(`${JSON.stringify(rest, null, 2)}\n`);
}

/** The package to publish. npm chooses its files. */
function npmPackage() {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const options = /** @type {const} */ ({
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const [{ files }] = JSON.parse(execFileSync('npm', args, options));
  const bytesOf = async (path) => {
    const bytes = await readFile(join(root, path));
    return path === 'package.json' ? withoutScripts(bytes) : bytes;
  };
  return Promise.all(files.map(async ({ path }) => [`package/${path}`, await bytesOf(path)]));
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * What a release consists of, in order: each by its name, from its tree and what is before it;
 * undefined is what this machine can't make.
 *
 * @type {Record<string, (of: {tree: any, made: any}) => any>}
 */
const ARTEFACTS = {
  [`${NAME}.tar.gz`]: ({ tree }) => tarGz(tree),
  [`${NAME}.zip`]: ({ tree }) => zip(tree),
  [`${NAME}.tgz`]: async () => tarGz(Object.fromEntries(await npmPackage())),
  [`${NAME}.crate`]: () => crate(version),
  'tlsf-wasm.wrap': ({ made }) =>
    Buffer.from(wrapFile(version, URL, sha256(made[`${NAME}.tar.gz`]))),
  SHA256SUMS: ({ made }) =>
    Buffer.from(
      Object.entries(made)
        .map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`)
        .join(''),
    ),
};

/** Writes files below a directory. */
async function write(directory, files) {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes);
  }
}

/** {name: bytes} of all that dist/release/ has. */
export async function artefacts() {
  const files = await release();
  const tree = Object.fromEntries(
    Object.entries(files).map(([path, bytes]) => [`${NAME}/${path}`, bytes]),
  );
  const made = {};
  for (const [name, make] of Object.entries(ARTEFACTS)) {
    const bytes = await make({ tree, made });
    if (bytes) made[name] = bytes;
  }
  return made;
}

async function makeRelease() {
  const { pinned, name } = await toolchain();
  if (!pinned)
    throw new BuildError(
      `a release is made by the pinned toolchain, and this is ${name}: unset CC and WASI_SDK_PATH`,
    );
  const made = await artefacts();
  const [from, to] = [join(root, 'build', 'release'), join(root, 'dist', 'release')];
  await rm(from, { recursive: true, force: true });
  await write(from, made);
  await rm(to, { recursive: true, force: true });
  await rename(from, to);
  process.stdout.write(`dist/release/\n${made.SHA256SUMS}`);
}

const USAGE = 'usage: ./build.sh install --prefix DIR';

/** The directory that the arguments name. */
function readPrefix(args) {
  const [option = '', ...rest] = args.flatMap((arg) => arg.split(/(?<=^--prefix)=/));
  if (option !== '--prefix')
    throw new BuildError(option ? `install: there is no option ${option}; ${USAGE}` : USAGE);
  const [directory, more] = rest;
  if (!directory) throw new BuildError(`install: --prefix needs a directory; ${USAGE}`);
  if (more !== undefined) throw new BuildError(`install: ${more} is too much; ${USAGE}`);
  return resolve(process.env.TLSF_FROM ?? '.', directory);
}

async function install(args) {
  const directory = readPrefix(args);
  const files = { ...(await prefix()), ...(await about('share/doc/tlsf-wasm/')) };
  try {
    await write(directory, files);
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR'].includes(/** @type {any} */ (error).code)) throw error;
    throw new BuildError(
      `install: ${/** @type {any} */ (error).path} is in the way: it is no directory`,
    );
  }
  console.log(`installed ${Object.keys(files).length} files below ${directory}`);
}

/** The files that say what this is, and its licences. */
async function about(to) {
  const names = (await readdir(root)).filter((name) => ABOUT.test(name));
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [`${to}${name}`, await readFile(join(root, name))]),
    ),
  );
}

if (process.argv[1] === import.meta.filename) {
  const [verb, ...args] = process.argv.slice(2);
  try {
    if (verb === 'install') await install(args);
    else await makeRelease();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`build.sh: ${error.message}`);
    process.exitCode = 1;
  }
}
