// SPDX-License-Identifier: MIT OR Apache-2.0
// What dist/ has for the JavaScript of js/: modules as text, and what runtimes need
// otherwise. A copy stands beside another folder dist/bytes/, at the same place from
// it:
//
//   dist/bytes/NAME.js      own(): the bytes of dist/NAME.wasm
//   dist/cjs/js/...         js/ as CommonJS, for require
//   dist/workerd/js/...     those files of js/ that have a module; own() is one that was
//                           imported, as Cloudflare Workers want it: they compile no
//                           bytes. All else they have from js/ itself.
import { posix } from 'node:path';
import ts from 'typescript';
import { asText } from './text.js';

const MADE = '// Made of the .wasm by tools/entries.js.\n';

const bytesFile = (_name, wasm) =>
  `${MADE}import { decode } from '../../js/decode.js';\nexport const own = () =>\n  decode("${asText(wasm)}");\n`;

const importFile = (name) =>
  `${MADE}import module from '../../../${name}';\nexport const own = () => module;\n`;

/** A script in another form, without its comments: the original has them. */
const transpiled = (text, module) =>
  ts.transpileModule(String(text), {
    compilerOptions: { module, target: ts.ScriptTarget.ES2022, removeComments: true },
  }).outputText;

/** The files that import a module, with the others from where they are. */
const overOthers = (scripts) =>
  Object.fromEntries(
    Object.entries(scripts)
      .filter(([, text]) => /from '\.\.\/dist\/bytes\//.test(String(text)))
      .map(([path, text]) => [path, String(text).replaceAll("from './", "from '../../../js/")]),
  );

const isScript = (path) => path.endsWith('.js');

/** The same files in a folder. */
const within = (folder, files) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [posix.join(folder, path), text]));

const copied = (files, module) =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      isScript(path) ? transpiled(text, module) : text,
    ]),
  );

/**
 * Those files of dist/, by their paths in it.
 *
 * @param {Record<string, string | Uint8Array>} scripts the files of js/: {'js/index.js': text}
 * @param {Record<string, Uint8Array>} modules {'tlsf.wasm': bytes}
 */
export function entryFiles(scripts, modules) {
  const named = (textOf) =>
    Object.fromEntries(
      Object.entries(modules).map(([name, wasm]) => [
        `bytes/${name.replace(/wasm$/, 'js')}`,
        textOf(name, wasm),
      ]),
    );
  const inlined = named(bytesFile);
  const code = Object.fromEntries(Object.entries(scripts).filter(([path]) => isScript(path)));
  return {
    ...inlined,
    'cjs/package.json': '{ "type": "commonjs" }\n',
    ...within('cjs', copied({ ...scripts, ...within('dist', inlined) }, ts.ModuleKind.CommonJS)),
    ...within(
      'workerd',
      copied({ ...overOthers(code), ...within('dist', named(importFile)) }, ts.ModuleKind.ES2022),
    ),
  };
}
