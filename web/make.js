// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh heap: docs/heap/index.html, one file that needs no other, the
// pictures docs/memory.svg and docs/design/*.svg, and cli/heap/layouts.js.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { drawing } from '../cli/map.js';
import { root } from '../tools/build.js';
import { packedData } from './data.js';
import { figures } from './figures.js';
import { layouts, layoutsText } from './layouts.js';

const PAGE = 'web/page';
const text = (...path) => readFile(join(root, ...path), 'utf8');

const COMMON = { bundle: true, minify: true, write: false, target: 'es2023', charset: 'utf8' };

/** A file of the page with all that it needs, as short as it gets. */
async function bundled(entry, options) {
  const entryPoints = [join(root, PAGE, entry)];
  const { outputFiles } = await build({ ...COMMON, ...options, entryPoints, absWorkingDir: root });
  return outputFiles[0].text.trim();
}

/** The page, from the layouts of all builds. */
export async function pageText(all) {
  const parts = {
    '/*STYLE*/': await bundled('style.css', {}),
    '/*SCRIPT*/': await bundled('main.js', { format: 'esm' }),
    '/*DATA*/': await packedData(all),
  };
  let page = await text(PAGE, 'index.html');
  for (const [mark, part] of Object.entries(parts))
    page = page.replace(mark, () => part.replaceAll('</script', '<\\/script'));
  return page;
}

/** The moment that README shows. */
const MOMENT = { trace: 'perl', at: '6000' };

/** What is made: {path: text}. */
export async function made() {
  const all = await layouts();
  const { svg } = drawing(join(root, 'bench', 'traces', `${MOMENT.trace}.trace`), MOMENT);
  return {
    'cli/heap/layouts.js': layoutsText(all),
    'docs/heap/index.html': await pageText(all),
    'docs/memory.svg': svg,
    ...(await figures(all)),
  };
}

if (process.argv[1] === import.meta.filename) {
  for (const [path, content] of Object.entries(await made())) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    console.log(`${path}: ${Buffer.byteLength(content)} bytes`);
  }
}
