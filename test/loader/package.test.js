// SPDX-License-Identifier: MIT OR Apache-2.0
// The package as npm would publish it: its files, an installation, a user's
// program in Node.js, and a page in a browser.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import {
  ALL_MODULES,
  archivePath,
  importsMemory,
  INLINED,
  LIBRARIES,
  MODULES,
} from '../../tools/builds.js';
import { isWhole } from '../support/tier.js';
import { pack, run } from './unpacked.js';

const root = join(import.meta.dirname, '..', '..');
const windows = process.platform === 'win32';

const ALLOWED = [
  /^dist\/[\w-]+\.(wasm|c|h)$/,
  /^dist\/(bytes|(cjs|workerd)\/(dist\/bytes|js))\/[\w-]+\.(js|d\.ts)$/,
  /^dist\/cjs\/package\.json$/,
  /^dist\/include\/\w+\.h$/,
  /^dist\/lib\/([\w-]+\/)*[\w.-]+\.(a|o|pc|cmake)$/,
  /^(js|cli)\/(heap\/)?[\w-]+\.(js|d\.ts)$/,
  /^src\/(\w+\/)*\w+\.(c|h|cpp)$/,
  /^wasm\/(\w+\/)*\w+\.[ch]$/,
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE-MIT|LICENSE-APACHE)$/,
];
const REQUIRED = [
  'package.json',
  'LICENSE-MIT',
  'LICENSE-APACHE',
  ...INLINED.map((name) => `dist/bytes/${name}.js`),
  'dist/cjs/package.json',
  ...Object.keys(ALL_MODULES).map((name) => `dist/${name}.wasm`),
  'dist/tlsf_malloc.c',
  'dist/tlsf.c',
  'dist/tlsf.h',
  'dist/include/tlsf_malloc.h',
  'dist/include/tlsf.h',
  ...Object.keys(LIBRARIES).map((name) => `dist/lib/${archivePath(name)}`),
  'js/index.d.ts',
  'js/index.js',
];

const spawned = (command, args, cwd) =>
  spawnSync(command, args, { cwd, encoding: 'utf8', shell: windows && command === 'npm' });

/** Makes an old Node.js take modules of wasm64. */
const memory64 = pathToFileURL(join(root, 'tools', 'memory64.js')).href;

const node = (program, cwd) => run(process.execPath, ['--input-type=module', '-e', program], cwd);

/** All files under a directory, with slashes. */
async function filesIn(directory) {
  const entries = await readdir(join(root, directory), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) =>
    relative(root, join(entry.parentPath ?? entry.path, entry.name))
      .split(sep)
      .join('/'),
  );
}

let project;
let installed;
let packed;

before(async () => {
  project = await mkdtemp(join(tmpdir(), 'tlsf-wasm-'));
  installed = join(project, 'node_modules', 'tlsf-wasm');
  packed = pack(project);
  const about = { name: 'user', version: '1.0.0', private: true, type: 'module' };
  await writeFile(join(project, 'package.json'), JSON.stringify(about));
  const flags = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  run('npm', ['install', ...flags, join(project, packed.filename)], project);
});

after(() => rm(project, { recursive: true, force: true }));

describe('npm pack', () => {
  const paths = () => packed.files.map((file) => file.path);

  test('--dry-run lists the same files', () => {
    const [dry] = JSON.parse(run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], root));
    assert.deepEqual(
      dry.files.map((file) => file.path),
      paths(),
    );
  });

  test('takes what a user needs', () => {
    assert.deepEqual(
      REQUIRED.filter((path) => !paths().includes(path)),
      [],
    );
  });

  test('takes all of dist, js and src', async () => {
    const expected = [
      ...(await filesIn('dist')).filter((path) => !path.startsWith('dist/release/')),
      ...(await filesIn('js')),
      ...(await filesIn('src')),
      'wasm/pages.h',
    ];
    assert.deepEqual(
      expected.filter((path) => !paths().includes(path)),
      [],
    );
  });

  test('takes nothing else', () => {
    assert.deepEqual(
      paths().filter((path) => !ALLOWED.some((pattern) => pattern.test(path))),
      [],
    );
  });

  test('stays small', () => {
    assert.ok(packed.size < 280_000, `${packed.size} bytes packed`);
  });
});

test('a program records its heap, and the command of the package draws it', async () => {
  const program = `import { writeFileSync } from 'node:fs';
    import { createHeap } from 'tlsf-wasm';
    import { record } from 'tlsf-wasm/record';
    const { heap, end } = record(createHeap());
    heap.free(heap.malloc(100));
    heap.malloc(3000);
    writeFileSync('own.recording', end());`;
  await writeFile(join(project, 'record.js'), program);
  run(process.execPath, ['record.js'], project);
  const { bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  const command = join(installed, bin['tlsf-wasm']);
  const drawn = ['map', 'own.recording', '--svg', 'own.svg'];
  const told = run(process.execPath, [command, ...drawn], project);
  assert.match(told, /own: 3 of 3 requests on tlsf\.wasm\n[^]*asked for +3,000\n/);
  assert.match(await readFile(join(project, 'own.svg'), 'utf8'), /^<svg [^]*class="c6"/);
});

describe('package.json', () => {
  const manifest = async () => JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));

  test('depends on nothing and has no side effects', async () => {
    const { dependencies, peerDependencies, optionalDependencies, sideEffects, type, scripts } =
      await manifest();
    assert.deepEqual(
      [dependencies, peerDependencies, optionalDependencies],
      [undefined, undefined, undefined],
    );
    assert.equal(sideEffects, false);
    assert.equal(type, 'module');
    const hooks = Object.keys(scripts ?? {}).filter((name) => /^(pre|post)?install$/.test(name));
    assert.deepEqual(hooks, []);
  });

  test('names types first, and each file it names is there', async () => {
    const { exports, types } = await manifest();
    assert.equal(exports['.'].import.types, types);
    const leaves = (target) =>
      typeof target === 'string' ? [target] : Object.values(target).flatMap(leaves);
    const firsts = (target) =>
      'default' in target ? [Object.keys(target)[0]] : Object.values(target).flatMap(firsts);
    const entries = Object.values(exports).filter((target) => typeof target !== 'string');
    assert.deepEqual([...new Set(entries.flatMap(firsts))], ['types']);
    const named = leaves(exports);
    assert.deepEqual(
      named.filter((path) => !path.includes('*') && !existsSync(join(installed, path))),
      [],
    );
  });
});

test('npm ci prints no warning', () => {
  const { status, stdout, stderr } = spawned('npm', ['ci', '--dry-run'], root);
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stdout + stderr, /warn/i);
});

// npm installs the build tools in its clone and runs `prepare` there, which takes long.
test('installed from a git repository it works', { skip: !isWhole }, async () => {
  const repository = join(project, 'repository');
  const left = ['.git', 'build', 'dist', 'node_modules'];
  await cp(root, repository, {
    recursive: true,
    filter: (path) => !left.includes(relative(root, path)),
  });
  run('git', ['init', '--quiet'], repository);
  run('git', ['add', '--all'], repository);
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  run('git', [...author, 'commit', '--quiet', '--message=All'], repository);
  const user = join(project, 'git-user');
  await mkdir(user);
  await writeFile(join(user, 'package.json'), '{ "type": "module" }');
  run(
    'npm',
    ['install', '--prefer-offline', '--no-audit', `git+${pathToFileURL(repository)}`],
    user,
  );
  assert.equal(node(HELLO, user), 'true\n');
  const bytes = (directory) => readFile(join(directory, 'dist', 'tlsf.wasm'));
  assert.deepEqual(await bytes(join(user, 'node_modules', 'tlsf-wasm')), await bytes(root));
});

const HELLO =
  "import { createHeap } from 'tlsf-wasm'; const heap = createHeap(); console.log(heap.malloc(10) > 0);";

describe('installed, in Node.js', () => {
  test('import and one line make a heap', () => {
    assert.equal(node(HELLO, project), 'true\n');
  });

  test('the exports map resolves, and shows nothing more', () => {
    const modules = Object.keys(ALL_MODULES).map((name) => `/${name}.wasm`);
    const paths = ['', '/fast', ...modules, '/package.json', '/js/bytes.js', '/dist/bytes/tlsf.js'];
    const program = `
      for (const path of ${JSON.stringify(paths)}) {
        try {
          console.log(import.meta.resolve('tlsf-wasm' + path).split('/tlsf-wasm/').pop());
        } catch (error) {
          console.log(error.code);
        }
      }
    `;
    const hidden = 'ERR_PACKAGE_PATH_NOT_EXPORTED';
    const expected = [
      'js/index.js',
      'js/fast.js',
      ...modules.map((path) => `dist${path}`),
      'package.json',
      hidden,
      hidden,
    ];
    assert.deepEqual(node(program, project).trim().split('\n'), expected);
  });

  test('npx tlsf-wasm runs its commands', () => {
    const out = run(
      'npx',
      ['--offline', 'tlsf-wasm', 'size', join(installed, 'dist', 'tlsf-min.wasm')],
      project,
    );
    assert.match(out, /^with tlsf, about +\d+/m);
  });

  test('the .wasm files load by URL', () => {
    const standing = Object.values(MODULES).filter((build) => !importsMemory(build));
    const program = `
      import { loadHeap } from 'tlsf-wasm/any';
      import '${memory64}';
      for (const name of ${JSON.stringify(standing.map(({ module }) => module))}) {
        const url = import.meta.resolve('tlsf-wasm/' + name + '.wasm');
        const heap = await loadHeap(url, { throws: true });
        console.log(heap.malloc(10) > 0, 'realloc' in heap.exports);
      }
    `;
    const has = standing.map(({ exports }) => exports.includes('realloc'));
    assert.equal(node(program, project), has.map((it) => `true ${it}\n`).join(''));
  });

  test('importing does nothing: no globals, no compilation', () => {
    const program = `
      const before = Reflect.ownKeys(globalThis).length;
      const { Module } = WebAssembly;
      WebAssembly.Module = function () { console.log('compiled'); };
      await import('tlsf-wasm');
      WebAssembly.Module = Module;
      console.log(Reflect.ownKeys(globalThis).length - before);
    `;
    assert.equal(node(program, project), '0\n');
  });
});

/** A Chromium: $CHROME, or the first of its names on PATH. */
function findBrowser() {
  if (process.env.CHROME) return process.env.CHROME;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  const directories = (process.env.PATH ?? '').split(delimiter);
  return names
    .flatMap((name) => directories.map((directory) => join(directory, name)))
    .find((path) => existsSync(path));
}

const browser = findBrowser();
const missing =
  'no browser: install Chromium (Debian: apt-get install chromium) or set CHROME to the path of a Chrome or Chromium';
// Where nobody reads the output, a skipped test is a test that passes.
const skip = browser || process.env.CI === 'true' ? false : missing;

// The load event, and the dump with it, waits for the image, which the server
// withholds until the page says that it is done.
const PAGE = `<!doctype html>
<script type="importmap">
  { "imports": { "tlsf-wasm": "/js/index.js", "tlsf-wasm/any": "/js/any.js" } }
</script>
<pre id="out"></pre>
<img src="/wait">
<script>
  const say = (line) => (document.getElementById('out').textContent += line + '\\n');
  const stop = (reason) => (say(reason), fetch('/done'));
  addEventListener('error', (event) => stop(event.message));
  addEventListener('unhandledrejection', (event) => stop(event.reason));
</script>
<script type="module">
  import { createHeap } from 'tlsf-wasm';
  import { loadHeap } from 'tlsf-wasm/any';
  const heap = createHeap({ initial: 2, maximum: 40, throws: true });
  const p = heap.malloc(16);
  heap.f64[p / 8] = 1.5;
  heap.malloc(20 * 65536);
  say('sync ' + heap.f64[p / 8] + ' ' + (globalThis === window));
  try {
    heap.malloc(99 * 65536);
  } catch (error) {
    say(error.name);
  }
  const loaded = await loadHeap('dist/tlsf-min.wasm');
  say('relative URL ' + (loaded.malloc(9) > 0));
  const fetched = await loadHeap(fetch('/dist/tlsf.wasm'), { maximum: 2 });
  say('Response ' + (fetched.malloc(9) > 0) + ' ' + fetched.malloc(200000));
  const code = "import { createHeap } from '" + location.origin + "/js/index.js'; postMessage(createHeap().malloc(9) > 0)";
  const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' });
  const { data } = await new Promise((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = () => reject(new Error('the worker failed'));
  });
  stop('blob worker ' + data);
</script>`;

/** A page whose policy allows wasm or not: it says what createHeap does. */
const STRICT = `<!doctype html>
<pre id="out"></pre>
<script type="module" src="/strict.js"></script>`;
const STRICT_SCRIPT = `import { createHeap } from '/js/index.js';
const out = document.getElementById('out');
try {
  out.textContent = createHeap().malloc(9) > 0;
} catch (error) {
  out.textContent = error.message;
}`;

/** Serves a page under a Content-Security-Policy. */
async function serveStrict(policy) {
  const server = createServer(async ({ url }, response) => {
    response.setHeader('content-security-policy', policy);
    if (url === '/') return response.setHeader('content-type', 'text/html').end(STRICT);
    response.setHeader('content-type', 'text/javascript');
    if (url === '/strict.js') return response.end(STRICT_SCRIPT);
    const path = join(installed, url);
    return existsSync(path) ? response.end(await readFile(path)) : response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

/** Serves the installed package and the page. */
async function servePage() {
  let finish;
  const done = new Promise((resolve) => (finish = resolve));
  const server = createServer(async ({ url }, response) => {
    if (url === '/') return response.setHeader('content-type', 'text/html').end(PAGE);
    if (url === '/done') finish();
    if (url === '/wait') await done;
    const path = join(installed, new URL(url, 'http://host').pathname);
    if (!existsSync(path)) return response.writeHead(404).end();
    // As a server that knows no .wasm: the loader must not mind.
    response.setHeader(
      'content-type',
      path.endsWith('.js') ? 'text/javascript' : 'application/octet-stream',
    );
    response.setHeader('access-control-allow-origin', '*');
    return response.end(await readFile(path));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

/** The document of a page once it has loaded. */
function dumpDom(url, profile) {
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
  ];
  const args = [...flags, `--user-data-dir=${profile}`, '--dump-dom', url];
  return new Promise((resolve, reject) => {
    const child = spawn(browser, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status === 0) resolve(stdout);
      else reject(new Error(`${browser} ended with ${signal ?? status}\n${stderr}`));
    });
  });
}

test(
  'installed, in a browser: a heap at once on the main thread, and by URL',
  { skip },
  async () => {
    assert.ok(browser, missing);
    const { server, url } = await servePage();
    try {
      const dom = await dumpDom(url, join(project, 'profile'));
      const [, out] = /<pre id="out">([^]*?)<\/pre>/.exec(dom) ?? [null, dom];
      const expected = [
        'sync 1.5 true',
        'RangeError',
        'relative URL true',
        'Response true 0',
        'blob worker true',
      ];
      assert.deepEqual(out.trim().split('\n'), expected);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
);

for (const [name, policy, expected] of [
  ['allows wasm', "script-src 'self' 'wasm-unsafe-eval'", /^true$/],
  ['does not', "script-src 'self'", /^createHeap: .*script-src needs 'wasm-unsafe-eval'/],
])
  test(`in a page whose policy ${name}`, { skip }, async () => {
    assert.ok(browser, missing);
    const { server, url } = await serveStrict(policy);
    try {
      const dom = await dumpDom(url, join(project, 'profile'));
      const [, out] = /<pre id="out">([^]*?)<\/pre>/.exec(dom) ?? [null, dom];
      assert.match(out.replaceAll('&#39;', "'"), expected);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
