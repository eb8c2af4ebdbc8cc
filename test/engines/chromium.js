// SPDX-License-Identifier: MIT OR Apache-2.0
// Chromium as an engine, by the page of firefox.js.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pageRunner } from './firefox.js';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
];

/** $CHROME, or the first of its names on PATH. */
function findChromium() {
  if (process.env.CHROME) return process.env.CHROME;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  const directories = (process.env.PATH ?? '').split(delimiter);
  const paths = names.flatMap((name) => directories.map((directory) => join(directory, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

export const CHROMIUM = {
  name: 'Chromium',
  find: findChromium,
  version: (path) => `V8 (${spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim()})`,
  get: 'install Chromium (Debian: apt-get install chromium) or set CHROME to its path',
  run: pageRunner('Chromium', async (profile) => [...FLAGS, `--user-data-dir=${profile}`]),
};
