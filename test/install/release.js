// SPDX-License-Identifier: MIT OR Apache-2.0
// What ./build.sh release and ./build.sh install make: complete, the same each
// time, found by every build system, with a target for each build.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { root } from '../../tools/build.js';
import { archivePath, LIBRARIES, MODULES } from '../../tools/builds.js';
import { tarGz, zip } from '../../tools/pack.js';
import { dependencies } from '../../tools/packages.js';
import { testWith } from '../support/needs.js';
import { inTemporary } from '../support/temporary.js';
import { isWhole } from '../support/tier.js';
import { made } from './made.js';
import { missingFor, readPage } from './page.js';

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const name = `tlsf-wasm-${version}`;
/** What takes long is left out in small. */
const whole = { skip: !isWhole };

/** {path: bytes} of a compressed tar, as the tar of the system has it. */
const unpacked = (bytes) =>
  inTemporary(async (directory) => {
    execFileSync('tar', ['xz'], { cwd: directory, input: bytes });
    const files = {};
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const path = join(entry.parentPath ?? entry.path, entry.name);
        files[path.slice(directory.length + 1)] = await readFile(path);
      }
    return files;
  });

const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
const hashes = (files) =>
  Object.fromEntries(
    Object.keys(files)
      .sort()
      .map((path) => [path, hash(files[path])]),
  );

const tree = await unpacked(made[`${name}.tar.gz`]);

test('has the archives, modules, headers, one-file sources, licences and files of build systems', () => {
  const expected = [
    ...Object.keys(LIBRARIES).map((archive) => `lib/${archivePath(archive)}`),
    ...Object.keys(MODULES).map((module) => `share/tlsf-wasm/${module}.wasm`),
    ...['tlsf_malloc.c', 'tlsf.c', 'tlsf.h'].map((file) => `share/tlsf-wasm/${file}`),
    ...dependencies.map((dependency) => `lib/pkgconfig/${dependency}.pc`),
    'lib/cmake/tlsf/tlsfConfig.cmake',
    'lib/cmake/tlsf/tlsfConfigVersion.cmake',
    ...['CMakeLists.txt', 'meson.build', 'README.md', 'CHANGELOG.md', 'LICENSE-MIT'],
    ...['LICENSE-APACHE', 'include/tlsf_malloc.h', 'include/tlsf.h', 'docs/install.md'],
  ];
  assert.deepEqual(
    expected.filter((path) => !(`${name}/${path}` in tree)),
    [],
  );
  assert.deepEqual(
    Object.keys(tree).filter((path) => !path.startsWith(`${name}/`)),
    [],
  );
});

test('the files of the .zip are those of the .tar.gz', async () => {
  assert.deepEqual(hashes(unzipSync(made[`${name}.zip`])), hashes(tree));
});

test('the npm package has the files that npm would pack', whole, async () => {
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
    }).toString(),
  );
  const packed = await unpacked(made[`${name}.tgz`]);
  assert.deepEqual(Object.keys(packed).sort(), files.map(({ path }) => `package/${path}`).sort());
  assert.deepEqual(
    Object.keys(packed).filter((path) => path.includes('release')),
    [],
  );
});

test('npm installs the package, and warns of nothing', whole, () =>
  inTemporary(async (directory) => {
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
    await writeFile(join(directory, 'tlsf.tgz'), made[`${name}.tgz`]);
    const flags = ['install', '--offline', '--no-audit', './tlsf.tgz'];
    const { status, stderr } = spawnSync('npm', flags, { cwd: directory, encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
    const program =
      "import { createHeap } from 'tlsf-wasm'; console.log(createHeap().malloc(9) > 0);";
    const args = ['--input-type=module', '-e', program];
    const options = /** @type {const} */ ({ cwd: directory, encoding: 'utf8' });
    assert.equal(execFileSync(process.execPath, args, options), 'true\n');
  }),
);

test('SHA256SUMS and the wrap file have the sums of what is there', () => {
  const sums = made.SHA256SUMS.toString().trimEnd().split('\n');
  const others = Object.keys(made).filter((file) => file !== 'SHA256SUMS');
  assert.deepEqual(
    sums,
    others.map((file) => `${hash(made[file])}  ${file}`),
  );
  const wrap = made['tlsf-wasm.wrap'].toString();
  assert.match(wrap, new RegExp(`^source_hash = ${hash(made[`${name}.tar.gz`])}$`, 'm'));
  assert.match(wrap, new RegExp(`^dependency_names = ${dependencies.join(', ')}$`, 'm'));
});

test('archives depend on nothing but paths and bytes', () => {
  const [a, b] = [Buffer.from('one'), Buffer.alloc(1000, 'two')];
  for (const pack of [tarGz, zip]) {
    assert.deepEqual(pack({ 'x/a': a, b }), pack({ b, 'x/a': a }));
    assert.notDeepEqual(pack({ a }), pack({ a: b }));
    assert.notDeepEqual(pack({ a }), pack({ b: a }));
  }
  assert.equal(gunzipSync(tarGz({ a, b })).length % 512, 0);
  assert.throws(() => tarGz({ [`${'a'.repeat(101)}`]: a }), /too long for ustar/);
});

/** Another copy of the project, with the same dist/: `./build.sh release` there, by its sums. */
const elsewhere = (folder, umask, zone, date) =>
  inTemporary(async (directory) => {
    const place = join(directory, folder);
    const left = new Set(['.git', 'build', 'node_modules', 'release']);
    await cp(root, place, { recursive: true, filter: (path) => !left.has(basename(path)) });
    await mkdir(join(place, 'build'));
    await cp(join(root, 'build', 'stamp'), join(place, 'build', 'stamp'));
    await symlink(join(root, 'node_modules'), join(place, 'node_modules'));
    for (const path of await readdir(place, { recursive: true }))
      if (!path.includes('node_modules')) await utimes(join(place, path), date, date);
    const command = `umask ${umask}; chmod -R u=rwX,go= js docs; ./build.sh release`;
    const env = { ...process.env, TZ: zone, NODE_TEST_CONTEXT: undefined };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: place,
      env,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout + stderr);
    const files = await readdir(join(place, 'dist', 'release'));
    return {
      stdout,
      files: files.sort(),
      sums: await readFile(join(place, 'dist', 'release', 'SHA256SUMS'), 'utf8'),
    };
  });

test('a release made elsewhere, at another time, has the same bytes', whole, async () => {
  const { stdout, files, sums } = await elsewhere(
    'ünusual place',
    '077',
    'Pacific/Kiritimati',
    new Date(2e12),
  );
  assert.equal(sums, made.SHA256SUMS.toString());
  assert.equal(stdout, `dist/release/\n${sums}`);
  assert.deepEqual(files, Object.keys(made).sort());
});

const buildSh = (args, cwd, env = {}) =>
  spawnSync(join(root, 'build.sh'), args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
  });

test('install refuses what it does not know', () =>
  inTemporary(async (directory) => {
    await writeFile(join(directory, 'file'), '');
    const refused = [
      [[], /^build\.sh: usage: \.\/build\.sh install --prefix DIR\n$/],
      [['--prefix'], /--prefix needs a directory/],
      [['--prefix='], /--prefix needs a directory/],
      [['--nonsense', 'x'], /there is no option --nonsense/],
      [['x'], /there is no option x/],
      [['--prefix', 'x', 'y'], /y is too much/],
      [['--prefix', 'file'], /file.* is in the way/],
    ];
    for (const [args, message] of isWhole ? refused : refused.slice(-2)) {
      const { status, stderr } = buildSh(['install', ...args], directory);
      assert.equal(status, 1, args.join(' '));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /at .*\.js:\d+/, 'a stack trace');
    }
    assert.deepEqual(await readdir(directory), ['file']);
  }));

const page = await readPage();
const sectionOf = (title) => page.find((section) => section.title === title);

/** Each build that a small program without threads can have, by the archive's names. */
const linkable = Object.entries(LIBRARIES)
  .map(([, build], i) => ({ ...build, dependency: dependencies[i] }))
  .filter(({ sdk, shared, target }) => !sdk && !shared && !target);

/** Where all of it is installed; there is a space in the path. */
const home = await mkdtemp(join(tmpdir(), 'tlsf-install-'));
after(() => rm(home, { recursive: true, force: true }));
const prefix = join(home, 'a prefix');

test('install copies it below a directory, relative to where one is', async () => {
  const { status, stdout, stderr } = buildSh(['install', '--prefix', 'a prefix'], home);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^installed \d+ files below .*\/a prefix\n$/);
  for (const [path, bytes] of Object.entries(tree)) {
    const below = path.slice(name.length + 1);
    if (/^(include|lib|share)\//.test(below))
      assert.deepEqual(await readFile(join(prefix, below)), bytes, below);
  }
  for (const licence of ['LICENSE-MIT', 'LICENSE-APACHE'])
    assert(existsSync(join(prefix, 'share', 'doc', 'tlsf-wasm', licence)));
});

/** A user's folder with the files of the page. */
const inFolder = (work) =>
  inTemporary(async (directory) => {
    for (const file of ['sum.c', 'run.mjs', 'wasm32.cmake'])
      await writeFile(join(directory, file), sectionOf('CMake').files[file]);
    return work(directory);
  });

const sh = (command, cwd, env = {}) => {
  const options = /** @type {const} */ ({ cwd, encoding: 'utf8', env: { ...process.env, ...env } });
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', command], options);
  assert.equal(status, 0, `${command}\n${stdout}${stderr}`);
  return stdout;
};

const runAll = (names, directory) =>
  names.forEach((each) =>
    assert.equal(sh(`node run.mjs build/${each}`, directory), '499500\n', each),
  );

testWith(
  missingFor(sectionOf('CMake')),
  'installed: find_package, and a target for each build',
  () =>
    inFolder(async (directory) => {
      const names = (isWhole ? linkable : linkable.slice(0, 1)).map(({ name: build }) => build);
      const all = Object.values(LIBRARIES).map(({ name: build }) => build);
      const lines = [
        'cmake_minimum_required(VERSION 3.15)',
        'project(sum C)',
        'find_package(tlsf REQUIRED)',
        'find_package(tlsf REQUIRED) # once more, and nothing happens',
        `foreach(build tlsf ${all.join(' ')})`,
        '  get_target_property(archive tlsf::${build} LOCATION)',
        '  message(STATUS "[${archive}]")',
        'endforeach()',
        `foreach(build tlsf ${names.join(' ')})`,
        '  add_executable(sum_${build} sum.c)',
        '  target_link_libraries(sum_${build} tlsf::${build})',
        '  target_link_options(sum_${build} PRIVATE -Wl,--export=sum)',
        'endforeach()',
      ];
      await writeFile(join(directory, 'CMakeLists.txt'), lines.join('\n'));
      const configure =
        'cmake -B build -DCMAKE_TOOLCHAIN_FILE=wasm32.cmake "-DCMAKE_PREFIX_PATH=$PREFIX"';
      const told = sh(`${configure}; cmake --build build`, directory, { PREFIX: prefix });
      const paths = Array.from(told.matchAll(/-- \[(.*)\]/g), ([, path]) => path);
      assert.equal(paths.length, all.length + 1);
      for (const path of paths) assert(existsSync(path), path);
      assert.equal(new Set(paths).size, all.length, 'each target has an archive of its own');
      runAll(
        ['tlsf', ...names].map((each) => `sum_${each}`),
        directory,
      );
    }),
);

if (isWhole)
  testWith(missingFor(sectionOf('CMake')), 'find_package takes the versions that it may', () =>
    inFolder(async (directory) => {
      const [major, minor, patch] = version.split('.').map(Number);
      const right = [version, `${major}.${minor}`, `${major}`, `${version} EXACT`];
      const wrong = [
        `${major}.${minor}.${patch + 1}`,
        `${major}.${minor + 1}`,
        `${major + 1}`,
        '0.0.1 EXACT',
      ];
      const lines = [...right, ...wrong].map(
        (each) =>
          `find_package(tlsf ${each} QUIET)\nmessage(STATUS "[\${tlsf_FOUND}]")\nunset(tlsf_DIR CACHE)`,
      );
      const head = 'cmake_minimum_required(VERSION 3.15)\nproject(sum NONE)\n';
      await writeFile(join(directory, 'CMakeLists.txt'), head + lines.join('\n'));
      const told = sh('cmake -B build "-DCMAKE_PREFIX_PATH=$PREFIX"', directory, {
        PREFIX: prefix,
      });
      const found = Array.from(told.matchAll(/-- \[(.*)\]/g), ([, is]) => is);
      assert.deepEqual(found, [...right.map(() => '1'), ...wrong.map(() => '0')]);
    }),
  );

if (isWhole)
  testWith(missingFor(sectionOf('pkg-config')), 'installed: pkg-config finds each archive', () =>
    inFolder(async (directory) => {
      await mkdir(join(directory, 'build'));
      const env = { PKG_CONFIG_PATH: join(prefix, 'lib', 'pkgconfig') };
      const archives = Object.keys(LIBRARIES);
      for (const [i, dependency] of dependencies.entries()) {
        const [folder] = archivePath(archives[i]).split('/');
        const libdir = sh(`pkg-config --variable=libdir ${dependency}`, directory, env)
          .trim()
          .replaceAll('\\ ', ' ');
        assert(libdir.endsWith(`lib/${folder}`), libdir);
        assert(existsSync(join(libdir, basename(archivePath(archives[i])))), dependency);
        assert.equal(sh(`pkg-config --modversion ${dependency}`, directory, env), `${version}\n`);
      }
      const chosen = isWhole ? linkable : linkable.slice(0, 1);
      const command = sectionOf('pkg-config').steps[0].commands.split('\n').slice(2, 4).join('\n');
      for (const { dependency } of chosen) {
        // The shell splits what is not quoted, and the prefix has a space: eval reads pkg-config's quotes.
        const line = command
          .replace('tlsf-fast', dependency)
          .replace('sum.wasm', `build/${dependency}`);
        sh(`eval "${line.replaceAll('"', '\\"')}"`, directory, env);
      }
      runAll(
        chosen.map(({ dependency }) => dependency),
        directory,
      );
    }),
  );

if (isWhole)
  testWith(
    missingFor(sectionOf('Meson')),
    'as a subproject of Meson: a dependency for each build',
    () =>
      inTemporary(async (directory) => {
        const { files } = sectionOf('Meson');
        for (const file of ['sum.c', 'run.mjs', 'wasm32.ini'])
          await writeFile(join(directory, file), files[file]);
        await mkdir(join(directory, 'subprojects', 'packagecache'), { recursive: true });
        await writeFile(join(directory, 'subprojects', 'tlsf-wasm.wrap'), made['tlsf-wasm.wrap']);
        await writeFile(
          join(directory, 'subprojects', 'packagecache', `${name}.tar.gz`),
          made[`${name}.tar.gz`],
        );
        const lines = linkable.map(
          ({ dependency }) =>
            `executable('${dependency}', 'sum.c', dependencies: dependency('${dependency}'), link_args: '-Wl,--export=sum')`,
        );
        await writeFile(
          join(directory, 'meson.build'),
          ["project('sum', 'c')", ...lines].join('\n'),
        );
        sh('meson setup build --cross-file wasm32.ini && ninja -C build', directory);
        runAll(
          linkable.map(({ dependency }) => dependency),
          directory,
        );
      }),
  );

test('docs/install.md names this version', () => {
  for (const section of page)
    for (const file of section.given)
      if (/-\d/.test(file)) assert(file.startsWith(name), `${section.title}: ${file}`);
});
