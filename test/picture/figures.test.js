// SPDX-License-Identifier: MIT OR Apache-2.0
// The pictures of docs/design.md: each is shown there, blocks are drawn to scale,
// and in a browser no text lies upon another, is covered, or leaves the picture. (page.test.js
// compares the files with what ./build.sh heap draws.)
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { LAYOUTS } from '../../cli/heap/layouts.js';
import { randomLoad } from '../../cli/heap/loads.js';
import { root } from '../../tools/build.js';
import { strip, WIDTH } from '../../web/drawing.js';
import { figures } from '../../web/figures.js';
import { Run } from '../../web/page/run.js';
import { testWith } from '../support/needs.js';
import { isWhole } from '../support/tier.js';
import { BROWSERS } from '../threads/browsers.js';
import { allocatorOf } from './allocator.js';
import { inChromium } from './chromium.js';

const [chromium] = BROWSERS;

test('docs/design.md shows all of them and no others', async () => {
  const text = await readFile(join(root, 'docs', 'design.md'), 'utf8');
  const shown = [...text.matchAll(/!\[[^\]]{20,}\]\((design\/[^)]*)\)/g)].map(([, path]) => path);
  const made = Object.keys(await figures(LAYOUTS)).map((path) => path.replace('docs/', ''));
  assert.deepEqual(shown.toSorted(), made.toSorted());
});

test('a strip is the row of blocks, to scale', async () => {
  const run = new Run(await allocatorOf('tlsf'), randomLoad({ count: 90, live: 12, most: 300 }));
  run.timeline.go(90);
  const picture = run.picture();
  const { blocks, layout } = picture;
  const from = layout.first - layout.cost;
  const to = from + 1000;
  const seen = [];
  for (let i = 0; i < blocks.count && blocks.at[i] < to; i++) {
    const bytes = Math.min(blocks.at[i] + blocks.size[i], to) - blocks.at[i];
    seen.push([blocks.used[i] === 1, Math.round(bytes)]);
  }
  const { svg } = strip(picture, { from, to });
  const drawn = [...svg.matchAll(/<rect class="(c\d|free)" x="[^"]*" y="0" width="([^"]*)"/g)];
  assert(seen.length > 4 && seen.some(([used]) => used) && seen.some(([used]) => !used));
  assert.deepEqual(
    drawn.map(([, name, width]) => [name !== 'free', Math.round((width * 1000) / WIDTH)]),
    seen,
  );
});

/** What is wrong with the texts of the picture that is shown. */
const WRONG = `(() => {
  const texts = [...document.querySelectorAll('text')].filter((each) => each.textContent.trim());
  const all = texts.map((each) => ({ each, text: each.textContent, box: each.getBoundingClientRect() }));
  const { right, bottom } = document.documentElement.getBoundingClientRect();
  const isOutside = ({ box }) => box.left < 0 || box.top < 0 || box.right > right || box.bottom > bottom;
  const isCovered = ({ each, box }) =>
    document.elementFromPoint(box.right - 2, box.top + box.height / 2) !== each;
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
  const wrong = all.flatMap((one, i) => [
    ...(isOutside(one) ? [one.text + ' is outside'] : isCovered(one) ? [one.text + ' is covered'] : []),
    ...all.slice(i + 1).filter(({ box }) => meet(one.box, box)).map(({ text }) => one.text + ' on ' + text),
  ]);
  return { texts: texts.length, wrong };
})()`;

const testIn = (name, work) =>
  isWhole ? testWith(!chromium.find() && chromium.get, name, work) : test.skip(name);

testIn('Chromium: all texts are readable', () =>
  inChromium(chromium.find(), async (page) => {
    for (const [path, svg] of Object.entries(await figures(LAYOUTS))) {
      const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg);
      await page.looks({ width: Number(width), height: Number(height) });
      await page.show(pathToFileURL(join(root, path)).href);
      const { texts, wrong } = await page.evaluate(WRONG);
      assert(texts > 5, path);
      assert.deepEqual(wrong, [], path);
    }
    assert.deepEqual(page.errors, []);
  }),
);
