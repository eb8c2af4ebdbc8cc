// SPDX-License-Identifier: MIT OR Apache-2.0
// The package in the tools of its users: bundlers, TypeScript, CommonJS, Bun, Deno,
// runtimes that compile no bytes; and what publint and arethetypeswrong say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import vm from 'node:vm';
import esbuild from 'esbuild';
import { publint } from 'publint';
import { rollup } from 'rollup';
import ts from 'typescript';
import { build as vite } from 'vite';
import webpack from 'webpack';
import { ENGINES } from '../../bench/engines.js';
import { assertLocked } from '../support/locked.js';
import { testWith } from '../support/needs.js';
import { isWhole } from '../support/tier.js';
import { LOCKED, runtimes } from './runtimes.js';
import { run, unpacked } from './unpacked.js';

const root = join(import.meta.dirname, '..', '..');
const ENTRIES = ['', '/fast', '/any', '/hard', '/checked', '/threads'];

let place;
before(async () => {
  place = await unpacked();
});
after(() => place.end());

const inProject = (...parts) => join(place.project, ...parts);
const node = (file) => run(process.execPath, [inProject(file)], place.project);

/** A program that uses each entry, and prints a line for each. */
const imports = ENTRIES.map(
  (path, i) => `import { createHeap as create${i} } from 'tlsf-wasm${path}';`,
);
const PROGRAM = `${imports.join('\n')}
import { createHeap as createRange } from 'tlsf-wasm/given';
import { instantiate } from 'tlsf-wasm/raw';
const memory = new WebAssembly.Memory({ initial: 2, maximum: 4, shared: true });
const heaps = [create0(), create1(), create2(), create3(), create4(), create5({ memory }),
  createRange({ memory: new WebAssembly.Memory({ initial: 1 }), base: 0, size: 65536 })];
for (const heap of heaps) console.log(heap.text(heap.string('works').pointer));
console.log(instantiate().malloc(9) > 0);
`;
const PRINTED = `${'works\n'.repeat(ENTRIES.length + 1)}true\n`;

/** Bundlers. Each writes out.mjs. */
const BUNDLERS = {
  esbuild: () =>
    esbuild.build({
      entryPoints: [inProject('in.js')],
      outfile: inProject('out.mjs'),
      absWorkingDir: place.project,
      bundle: true,
      minify: true,
      format: 'esm',
    }),
  async rollup() {
    const resolve = createRequire(inProject('in.js'));
    const findPackages = {
      name: 'find packages',
      resolveId: (id) =>
        id.startsWith('tlsf-wasm') ? resolve.resolve(id).replace('/dist/cjs/', '/') : null,
    };
    const bundle = await rollup({ input: inProject('in.js'), plugins: [findPackages] });
    await bundle.write({ file: inProject('out.mjs'), format: 'es' });
    await bundle.close();
  },
  vite: () =>
    vite({
      root: place.project,
      logLevel: 'error',
      build: {
        outDir: '.',
        emptyOutDir: false,
        lib: { entry: inProject('in.js'), formats: ['es'], fileName: () => 'out.mjs' },
      },
    }),
  webpack: () =>
    new Promise((resolve, reject) => {
      const options = {
        context: place.project,
        entry: './in.js',
        mode: 'production',
        experiments: { outputModule: true },
        output: { path: place.project, filename: 'out.mjs', module: true },
      };
      webpack(options, (error, stats) => {
        const failed = error ?? (stats.hasErrors() && new Error(stats.toString()));
        return failed ? reject(failed) : resolve();
      });
    }),
};

describe('bundlers need no setting', () => {
  const names = isWhole ? Object.keys(BUNDLERS) : ['esbuild'];
  for (const name of names) {
    test(name, async () => {
      await writeFile(inProject('in.js'), PROGRAM);
      await writeFile(inProject('out.mjs'), '');
      await BUNDLERS[name]();
      assert.equal(node('out.mjs'), PRINTED);
    });
  }
});

describe('a .wasm by a bundler', () => {
  const load = 'console.log((await loadHeap(source)).malloc(9) > 0);';
  const sources = {
    vite: "import source from 'tlsf-wasm/tlsf-fast.wasm?url';",
    webpack: "const source = new URL('tlsf-wasm/tlsf-fast.wasm', import.meta.url);",
  };
  for (const [name, source] of Object.entries(isWhole ? sources : {})) {
    test(`${name}: a URL`, async () => {
      await writeFile(
        inProject('in.js'),
        `import { loadHeap } from 'tlsf-wasm/any';\n${source}\n${load}`,
      );
      await BUNDLERS[name]();
      assert.equal(node('out.mjs'), 'true\n');
    });
  }

  test('esbuild: bytes', async () => {
    const text = `import { createHeap } from 'tlsf-wasm';
      import wasm from 'tlsf-wasm/tlsf-fast.wasm';
      console.log(createHeap({ wasm }).malloc(9) > 0);`;
    const { outputFiles } = await esbuild.build({
      stdin: { contents: text, resolveDir: place.project },
      bundle: true,
      format: 'esm',
      target: 'es2022', // else it calls Uint8Array.fromBase64, which Node.js 20 lacks
      write: false,
      loader: { '.wasm': 'binary' },
    });
    await writeFile(inProject('out.mjs'), outputFiles[0].text);
    assert.equal(node('out.mjs'), 'true\n');
  });
});

test('Cloudflare: the condition workerd imports modules, and nothing compiles bytes', async () => {
  const modules = {
    name: 'modules',
    setup(build) {
      build.onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
        contents: `export default modules(${JSON.stringify(path)})`,
      }));
    },
  };
  const { outputFiles } = await esbuild.build({
    stdin: { contents: PROGRAM, resolveDir: place.project },
    conditions: ['workerd', 'worker', 'browser'],
    plugins: [modules],
    bundle: true,
    format: 'iife',
    write: false,
  });
  const printed = [];
  const context = vm.createContext(
    {
      console: { log: (line) => printed.push(line) },
      modules: (path) => new WebAssembly.Module(readFileSync(path)),
      TextDecoder,
      TextEncoder,
    },
    { codeGeneration: { strings: false, wasm: false } },
  );
  vm.runInContext(outputFiles[0].text, context);
  assert.equal(`${printed.join('\n')}\n`, PRINTED);
});

test('CommonJS: require gives the same functions, without require(esm)', async () => {
  const names = [...ENTRIES, '/given', '/raw'];
  await writeFile(
    inProject('in.cjs'),
    `for (const path of ${JSON.stringify(names)}) {
      const where = require.resolve('tlsf-wasm' + path);
      console.log(where.split('tlsf-wasm').pop(), Object.keys(require('tlsf-wasm' + path)).sort().join());
    }
    console.log(require('tlsf-wasm').createHeap().string('works').length);`,
  );
  const esm = Object.fromEntries(
    await Promise.all(
      names.map(async (path) => [path, Object.keys(await import(`tlsf-wasm${path}`)).sort()]),
    ),
  );
  const expected = names.map(
    (path) => `/dist/cjs/js/${path.slice(1) || 'index'}.js ${esm[path].join()}`,
  );
  assert.equal(node('in.cjs'), `${[...expected, '5'].join('\n')}\n`);
});

const bun = ENGINES.jsc.find();
testWith(bun ? false : ENGINES.jsc.get, 'Bun runs it, by import and by require', async () => {
  await writeFile(inProject('in.js'), PROGRAM);
  assert.equal(run(bun, ['run', 'in.js'], place.project), PRINTED);
  await writeFile(
    inProject('in.cjs'),
    "console.log(require('tlsf-wasm').createHeap().malloc(9) > 0)",
  );
  assert.equal(run(bun, ['run', 'in.cjs'], place.project), 'true\n');
});

test('Deno and workerd are named exactly, with the digest of each program', () =>
  assertLocked(LOCKED));

/** The program as a worker whose only test it is, with its modules beside it; their names. */
async function worker() {
  const modules = new Set();
  const beside = {
    name: 'modules beside it',
    setup(build) {
      build.onResolve({ filter: /\.wasm$/ }, async ({ resolveDir, path }) => {
        const name = basename(path);
        modules.add(name);
        await copyFile(join(resolveDir, path), inProject(name));
        return { path: `./${name}`, external: true };
      });
    },
  };
  const [imported, rest] = PROGRAM.split(/(?<=;\n)(?=const memory)/);
  await esbuild.build({
    stdin: {
      contents: `${imported}export default { test() {${rest}} };`,
      resolveDir: place.project,
    },
    outfile: inProject('worker.mjs'),
    conditions: ['workerd', 'worker', 'browser'],
    plugins: [beside],
    bundle: true,
    format: 'esm',
  });
  return [...modules];
}

/** What workerd reads: the worker, which is its first module, and those that it imports. */
const configuration = (modules) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  compatibilityDate = "2026-11-01",
  modules = [
    (name = "worker.mjs", esModule = embed "worker.mjs"),
    ${modules.map((name) => `(name = "${name}", wasm = embed "${name}")`)}
  ],
))]);`;

if (isWhole) {
  const { missing, deno, workerd } = runtimes();

  testWith(missing ?? false, 'Deno runs it, by import, by require and by URL', async (t) => {
    t.diagnostic(deno.version);
    // Else it keeps in the home directory what it compiles, and asks for newer versions.
    const own = { DENO_DIR: inProject('deno'), DENO_NO_UPDATE_CHECK: '1' };
    const inDeno = (name, ...flags) =>
      run(deno.path, ['run', '--no-remote', ...flags, name], place.project, own);
    await writeFile(inProject('in.js'), PROGRAM);
    assert.equal(inDeno('in.js'), PRINTED);
    await writeFile(
      inProject('in.cjs'),
      "console.log(require('tlsf-wasm').createHeap().malloc(9) > 0)",
    );
    assert.equal(inDeno('in.cjs', '--allow-read'), 'true\n');
    await writeFile(
      inProject('url.js'),
      `import { loadHeap } from 'tlsf-wasm/any';
      const heap = await loadHeap(import.meta.resolve('tlsf-wasm/tlsf-fast.wasm'));
      console.log(heap.malloc(9) > 0);`,
    );
    assert.equal(inDeno('url.js', '--allow-read'), 'true\n');
  });

  testWith(missing ?? false, "Cloudflare's own runtime runs it", async (t) => {
    t.diagnostic(workerd.version);
    await writeFile(inProject('config.capnp'), configuration(await worker()));
    assert.equal(run(workerd.path, ['test', inProject('config.capnp')], place.project), PRINTED);
  });
}

describe('TypeScript finds the types of every entry and of a .wasm', () => {
  const wasm = "import module from 'tlsf-wasm/tlsf.wasm';\ncreate0({ wasm: module });\n";
  const program = `${wasm}${PROGRAM.replaceAll('console.log', 'void')}
    // @ts-expect-error: a size is a number
    create1().malloc('10');
    // @ts-expect-error: the types are not any
    instantiate().malloc('10');`;
  const { ModuleKind: M, ModuleResolutionKind: R } = ts;
  const settings = {
    bundler: ['in.ts', M.ESNext, R.Bundler],
    node16: ['in.mts', M.Node16, R.Node16],
    nodenext: ['in.mts', M.NodeNext, R.NodeNext],
    'node16, CommonJS': ['in.cts', M.Node16, R.Node16],
  };
  for (const [name, [file, module, moduleResolution]] of Object.entries(settings)) {
    const skip = !isWhole && name !== 'bundler';
    test(name, { skip }, async () => {
      await writeFile(inProject(file), program);
      const options = { module, moduleResolution, strict: true, noEmit: true, types: [] };
      const made = ts.createProgram([inProject(file)], {
        ...options,
        target: ts.ScriptTarget.ES2022,
      });
      const problems = ts.getPreEmitDiagnostics(made);
      assert.deepEqual(
        problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
        [],
      );
    });
  }
});

test('publint finds nothing, not even a suggestion', async () => {
  const { messages } = await publint({ pkgDir: place.installed, strict: true, pack: false });
  assert.deepEqual(messages, []);
});

test(
  'arethetypeswrong finds nothing for any Node.js that engines names',
  { skip: !isWhole },
  () => {
    const attw = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
    const out = run(
      process.execPath,
      [attw, place.tarball, '--profile', 'node16', '--format', 'json'],
      root,
    );
    const { analysis } = JSON.parse(out);
    const found = analysis.problems.filter(({ resolutionKind }) => resolutionKind !== 'node10');
    assert.deepEqual(found, []);
  },
);
