// SPDX-License-Identifier: MIT OR Apache-2.0
// The page docs/heap/index.html: it is what the sources make; it works from a
// file in Chromium, by keys and by what a screen reader reads; all controls do
// what they say in Chromium and Firefox; 100,000 blocks are drawn in time.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { CLASSES, classOf, hex } from '../../cli/heap/classes.js';
import { LAYOUTS } from '../../cli/heap/layouts.js';
import { randomLoad } from '../../cli/heap/loads.js';
import { Timeline } from '../../cli/heap/timeline.js';
import { readBlocks } from '../../cli/heap/blocks.js';
import { root } from '../../tools/build.js';
import { toolchain } from '../../tools/toolchain.js';
import { made } from '../../web/make.js';
import { testWith } from '../support/needs.js';
import { isWhole } from '../support/tier.js';
import { BROWSERS, inBrowser } from '../threads/browsers.js';
import { allocatorOf } from './allocator.js';
import { inChromium } from './chromium.js';

const MOST_BYTES = 300_000;
const MOST_MS = 1000;
const FRAMES = 30;
const SECONDS = 4;

const file = join(root, 'docs', 'heap', 'index.html');
const url = pathToFileURL(file).href;
const [chromium] = BROWSERS;

test('the file is short', async () => {
  const { size } = await stat(file);
  assert(size < MOST_BYTES, `${size} bytes`);
});

/** Browsers and all modules take long: the whole tier alone has them. */
const testWhole = isWhole ? test : test.skip;
const testIn = (browser, name, work) =>
  isWhole ? testWith(!browser.find() && browser.get, name, work) : test.skip(name);

testWhole('the files are what ./build.sh heap makes', async (t) => {
  if (!(await toolchain()).pinned) return t.skip('modules of another toolchain differ');
  for (const [path, content] of Object.entries(await made()))
    assert((await readFile(join(root, path), 'utf8')) === content, `${path}: run ./build.sh heap`);
  return undefined;
});

/** What our own model says of a load: the blocks that the page must show. */
async function expected({ count, live, most }) {
  const timeline = new Timeline(
    await allocatorOf('tlsf'),
    randomLoad({ seed: 1, count, live, most }),
  );
  timeline.go(count);
  return readBlocks(timeline.machine.memory.buffer, LAYOUTS.tlsf);
}

/** The rows of a table, as a screen reader has them. */
const rowsOf = (page, id) =>
  page.evaluate(
    `[...document.querySelectorAll('#${id} tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent))`,
  );

/** Words are written, and then the address, when nothing moves any more. */
const isZoomed = (perRow) =>
  `new URLSearchParams(location.hash.slice(1)).get('row') === '${perRow}'`;

/** The blocks that are listed are those of the model, at some zooms. */
async function assertListed(page, blocks) {
  for (const [key, perRow] of [
    ['+', 1024],
    ['+', 512],
    ['-', 1024],
    ['0', 2048],
    ['+', 1024],
  ]) {
    await page.press(key);
    await page.until(isZoomed(perRow));
    const rows = await rowsOf(page, 'blocks');
    assert(rows.length > 3);
    const first = blocks.find(Number(rows[0][0]));
    assert(first >= 0);
    rows.forEach(([at, state, bytes], i) => {
      const { at: address, used, size } = blocks.get(first + i);
      assert.equal(
        `${at} ${state} ${bytes}`,
        `${hex(address)} ${used ? 'used' : 'free'} ${size.toLocaleString('en')}`,
      );
    });
  }
}

/** In the canvas the middle of each listed block that is wide enough has its class's colour. */
async function assertDrawn(page, blocks) {
  const { from, perRow, pixels } = await page.evaluate(`(() => {
    const canvas = document.getElementById('map');
    const hash = new URLSearchParams(location.hash.slice(1));
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data, width } = context.getImageData(0, 0, canvas.width, canvas.height);
    const rows = Math.floor(canvas.height / 12);
    const pixels = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: width }, (_, x) => data.slice(4 * ((12 * row + 5) * width + x), 4 * ((12 * row + 5) * width + x) + 3).join()));
    return { from: Number(hash.get('from') ?? 0), perRow: Number(hash.get('row')), pixels };
  })()`);
  const width = pixels[0].length - 84;
  let seen = 0;
  for (let i = 0; i < blocks.count; i++) {
    const { at, size, used } = blocks.get(i);
    const middle = at + size / 2 - from;
    const row = Math.floor(middle / perRow);
    const isWhole_ =
      Math.floor((at - from) / perRow) === Math.floor((at + size - 1 - from) / perRow);
    if (!used || !isWhole_ || row < 0 || row >= pixels.length || (size * width) / perRow < 12)
      continue;
    const x = 84 + Math.round(((middle - row * perRow) / perRow) * width) + 2;
    const colour = CLASSES[classOf(size)].colour
      .slice(1)
      .match(/../g)
      .map((each) => parseInt(each, 16));
    if (pixels[row][x] === '11,98,214' || pixels[row][x] === '214,0,108') continue; // a mark
    assert.equal(pixels[row][x], colour.join(), `the block at ${hex(at)}, ${size} bytes`);
    seen++;
  }
  return seen;
}

/** A node of the tree that a screen reader reads. */
const nodeOf = async (page, role, name) =>
  (await page.tree()).find(
    (each) => each.role === role && (name.test?.(each.name) ?? each.name === name),
  );

/** Somebody who has never seen TLSF asks why malloc(100) returned that address. */
async function askWhy(page) {
  await page.go(url);
  assert(await nodeOf(page, 'heading', 'See your heap'));
  const told = [];
  for (let n = 1; n < 5; n++) {
    await page.click('button', 'Next');
    await page.until(`document.getElementById('panel').textContent.includes('${n + 1} of 5')`);
    told.push((await page.evaluate(`document.getElementById('panel').textContent`)).trim());
  }
  await page.until(`/malloc returns/.test(document.getElementById('steps').textContent)`);
  const tree = await page.tree();
  const said = tree
    .filter(({ role }) => role === 'StaticText')
    .map(({ name }) => name)
    .join(' ');
  const [, c] = /list is now c, a: (0x\w+) and then/.exec(told[2]);
  assert(said.includes(`malloc(100) returns ${c}: the block that was c`), said);
  assert.match(
    said,
    /The bin's bit is set, and 0x\w+ is the first of its list: the one that was freed last/,
  );
  assert(
    tree.some(
      ({ role, name }) =>
        role === 'button' && /^Bin 11, sizes from 96 below 128: 1 block$/.test(name),
    ),
  );
  assert(
    (await nodeOf(page, 'application', /^Memory/)) && (await nodeOf(page, 'slider', 'Request')),
  );
}

/** What has the focus: its name. */
const FOCUS = `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`;

/** The guided example, blocks by hand and the index, by the keyboard alone: the focus stays where it is. */
async function byKeys(page) {
  await page.go(url);
  const see = (words) =>
    page.until(`new RegExp(${JSON.stringify(words)}).test(document.body.innerText)`, words);
  const focus = async (name) => assert.equal(await page.evaluate(FOCUS), name);
  await page.evaluate(
    `[...document.querySelectorAll('#panel button')].find(({ textContent }) => textContent === 'Next').focus()`,
  );
  for (const n of [2, 3, 4, 5]) {
    await focus('Next');
    await page.press('Enter', '\r');
    await see(`${n} of 5`);
  }
  await focus('Back'); // since Next is disabled
  await see('It took \\d+ instructions; the proved bound is \\d+');
  await see('^e, 0x\\w+: 112 bytes|\\ne, 0x\\w+: 112 bytes');
  await page.evaluate(`document.getElementById('tab-tour').focus()`);
  await page.press('ArrowRight');
  await focus('By hand');
  await page.evaluate(`document.querySelector('#panel input').focus()`);
  for (const n of [4, 5]) {
    await page.press('Enter', '\r');
    await page.until(`document.querySelectorAll('#panel .chips button').length === ${n}`);
    await focus('Bytes');
  }
  await page.evaluate(`document.querySelector('#cells [tabindex="0"]').focus()`);
  await page.press('ArrowRight');
  await page.press('ArrowRight');
  await page.until(`/^Bin 9, /.test(${FOCUS})`);
  assert.equal(await page.evaluate(`document.querySelectorAll('#cells [tabindex="0"]').length`), 1);
}

/** The keys: steps both ways, blocks, play. */
async function useKeys(page) {
  await page.evaluate(`document.getElementById('map').focus()`);
  const at = () => page.evaluate(`Number(document.getElementById('position').value)`);
  await page.press('[');
  await page.until(`document.getElementById('position').value === '6'`);
  await page.press(']');
  await page.until(`document.getElementById('position').value === '7'`);
  await page.press('ArrowLeft');
  await page.until(`/in use/.test(document.getElementById('block').textContent)`);
  await page.press('Home');
  await page.until(`document.getElementById('position').value === '0'`);
  await page.press(' ');
  await page.until(`document.getElementById('position').value === '7'`);
  assert.equal(await at(), 7);
}

/** Every control has a name, and everything that has focus can be had by the keyboard. */
async function assertNamed(page) {
  const roles = new Set([
    'button',
    'slider',
    'spinbutton',
    'combobox',
    'textbox',
    'tab',
    'application',
  ]);
  const nameless = (await page.tree()).filter(({ role, name }) => roles.has(role) && !name);
  assert.deepEqual(nameless, []);
}

const LOAD = { count: 1200, live: 150, most: 2000 };

/** The blocks listed and drawn are those of the model, at some zooms. */
async function assertBlocks(page) {
  const blocks = await expected(LOAD);
  await page.go(`${url}#tab=random&random=1,${LOAD.count},${LOAD.live},${LOAD.most}`);
  await page.evaluate(`document.getElementById('map').focus()`);
  await assertListed(page, blocks);
  for (const [key, perRow] of [
    ['0', 2048],
    ['+', 1024],
  ]) {
    await page.press(key);
    await page.until(isZoomed(perRow));
    assert((await assertDrawn(page, blocks)) > 20);
  }
}

/** Every build with a module is offered; those of wasm64 where the browser knows them. */
function assertOffered(builds) {
  const known = builds.includes('tlsf64') ? [4, 8] : [4];
  const all = Object.keys(LAYOUTS).filter((name) => known.includes(LAYOUTS[name].word));
  assert.deepEqual(builds, all);
}

/** From a file there is shared memory too, so every build with a module is there and runs. */
async function assertBuilds(page) {
  const offered = await page.evaluate(
    `[...document.getElementById('build').options].filter(({ disabled }) => !disabled).map(({ value }) => value)`,
  );
  assertOffered(offered);
  await page.go(`${url}#tab=recordings&trace=lua&build=tlsf-threads&beside=tlsf-given-shared`);
  const rows = await rowsOf(page, 'stats');
  assert.deepEqual(
    rows.map(([name, , used]) => [name, used]),
    [
      ['tlsf-threads.wasm', rows[0][2]],
      ['tlsf-given-shared.wasm', rows[0][2]],
    ],
  );
  assert.match(rows[0][2], /^\d,\d{3}$/);
}

/** It fits a phone, and is dark where that is wished. */
async function assertLooks(page) {
  const tabs = ['tour', 'hand', 'random&random=1,900,90,900', 'script', 'live'];
  for (const [looks, hash] of [
    ...tabs.map((tab) => [{ width: 390, height: 844, mobile: true }, `#tab=${tab}`]),
    [{ width: 390, height: 844, mobile: true }, '#tab=recordings&trace=sqlite&beside=dlmalloc'],
    [{ width: 1280, height: 900, dark: true }, ''],
  ]) {
    await page.looks(looks);
    await page.go(url + hash);
    if (hash.includes('trace'))
      await page.until(`/malloc, dlmalloc/.test(document.body.innerText)`);
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    assert(wide <= looks.width, `${wide} pixels on ${looks.width}: ${hash}`);
    const back = await page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    assert.equal(back === 'rgb(14, 18, 22)', looks.dark === true);
  }
}

/**
 * The milliseconds after which it is drawn, and those that the page's thread was busy until then:
 * that counts, since others may use the processors of this machine.
 */
async function loadTimes(page) {
  await page.go('about:blank');
  const before = await page.processorTime();
  await page.go(url);
  const after = await page.processorTime();
  const drawn = await page.evaluate(`performance.getEntriesByName('drawn')[0].startTime`);
  const busy = after > before ? after - before : after; // it may be another process
  return { drawn: Math.round(drawn), busy: Math.round(1000 * busy) };
}

testIn(chromium, 'Chromium, from the file: the question, keys, zooms, phone, dark', (t) =>
  inChromium(chromium.find(), async (page) => {
    await page.looks({ width: 1280, height: 1000 });
    await askWhy(page);
    await useKeys(page);
    await byKeys(page);
    await assertNamed(page);
    await assertBlocks(page);
    await assertBuilds(page);
    await assertLooks(page);
    const { drawn, busy } = await loadTimes(page);
    t.diagnostic(`drawn after ${drawn} ms; the page's thread was busy for ${busy} ms`);
    assert(busy < MOST_MS, `${busy} ms`);
    const strange = page.requests.filter((each) => each !== url && !/^(data|about):/.test(each));
    assert.deepEqual(strange, []);
    assert.deepEqual(page.errors, []);
  }),
);

for (const browser of BROWSERS) {
  testIn(browser, `${browser.name}: every control does what it says`, async () => {
    const result = await inBrowser(
      browser,
      browser.find(),
      Buffer.alloc(0),
      [],
      '/test/picture/drive.js',
    );
    assert.deepEqual(result.wrong, []);
    assert.deepEqual(result.unused, [], 'controls that nobody used');
    assertOffered(result.builds);
  });
}

/**
 * The frames of some seconds in which it plays and zooms. Others may use the processors of this
 * machine meanwhile: what counts is the time that the page's thread had.
 */
const COUNT_FRAMES = `new Promise((resolve) => {
  const start = performance.now();
  let frames = 0;
  const next = () => {
    frames++;
    document.getElementById(frames % 40 < 20 ? 'closer' : 'farther').click();
    const passed = performance.now() - start;
    if (passed < ${1000 * SECONDS}) requestAnimationFrame(next);
    else resolve(frames);
  };
  document.getElementById('speed').value = '1000';
  document.getElementById('play').click();
  requestAnimationFrame(next);
})`;

/** All 300,000 requests were made by the module that counts. */
const COUNTED = `[...document.querySelectorAll('#bounds tbody tr')]
  .reduce((sum, { cells }) => sum + Number(cells[1].textContent.replaceAll(',', '')), 0) === 300000`;

testIn(chromium, `100,000 blocks at ${FRAMES} frames a second in Chromium`, (t) =>
  inChromium(chromium.find(), async (page) => {
    await page.looks({ width: 1280, height: 900 });
    await page.go(`${url}#tab=random&random=1,300000,100000,200&at=290000`);
    const used = Number((await rowsOf(page, 'stats'))[0][2].replaceAll(',', ''));
    assert(used > 95_000, `${used} blocks`);
    await page.until(COUNTED, 'it has looked ahead at all requests');
    const busy = await page.processorTime();
    const frames = await page.evaluate(COUNT_FRAMES);
    const able = frames / ((await page.processorTime()) - busy);
    const shown = (frames / SECONDS).toFixed(1);
    t.diagnostic(
      `${used} blocks: ${shown} frames a second; ${able.toFixed(1)} if the thread had a processor`,
    );
    assert(able >= FRAMES, `${able.toFixed(1)} frames a second`);
    assert.deepEqual(page.errors, []);
  }),
);
