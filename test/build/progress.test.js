// SPDX-License-Identifier: MIT OR Apache-2.0
// The progress of long verbs: on a terminal one line that is written anew, in
// CI a plain line for each step, elsewhere nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { clock, progress } from '../../tools/progress.js';

/** What a progress of two steps writes to such a stream. */
async function written(stream, environment, work) {
  const before = process.env.CI;
  if (environment === undefined) delete process.env.CI;
  else process.env.CI = environment;
  try {
    let text = '';
    const shown = progress(2, { ...stream, write: (part) => (text += part) });
    await work(shown);
    shown.done();
    return text;
  } finally {
    if (before === undefined) delete process.env.CI;
    else process.env.CI = before;
  }
}

const steps = (shown) => {
  shown.step('one');
  shown.step('two');
};

test('a terminal has one line, no wider than it is', async () => {
  assert.equal(
    await written({ isTTY: true, columns: 16 }, undefined, (shown) => {
      shown.now('none');
      steps(shown);
      shown.step('three that is long');
    }),
    ['0:00 [0/2] none', '0:00 [1/2] one', '0:00 [2/2] two', '0:00 [3/2] thre', '']
      .map((line) => `\r\x1b[K${line}`)
      .join(''),
  );
});

test('on a terminal the time goes on while a step does', async () => {
  const text = await written({ isTTY: true }, undefined, async (shown) => {
    shown.step('one');
    await setTimeout(2100);
  });
  assert(text.startsWith('\r\x1b[K0:00 [1/2] one'));
  assert.match(text, /0:0[12] \[1\/2\] one/);
});

test('CI has a line for each step, a pipe nothing', async () => {
  assert.equal(await written({}, 'true', steps), '0:00 [1/2] one\n0:00 [2/2] two\n');
  assert.equal(await written({}, undefined, steps), '');
});

test('results go to stdout, above the progress; without a total steps are counted', async (t) => {
  const log = t.mock.method(console, 'log', () => {});
  await written({}, undefined, (shown) => shown.say('a result'));
  assert.deepEqual(log.mock.calls[0].arguments, ['a result']);
  let text = '';
  const shown = progress(undefined, { isTTY: true, write: (part) => (text += part) });
  shown.step('one');
  shown.done();
  assert.match(text, /0:00 \[1\] one/);
});

test('minutes and seconds', () => {
  assert.deepEqual([0, 9999, 60000, 3599999].map(clock), ['0:00', '0:09', '1:00', '59:59']);
});
