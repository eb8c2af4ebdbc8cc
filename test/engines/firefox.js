// SPDX-License-Identifier: MIT OR Apache-2.0
// Firefox as an engine: a page that offers a script what SpiderMonkey's bare
// shell does, and sends back what the script prints.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { BuildError } from '../../tools/toolchain.js';
import { root } from '../../tools/build.js';

const PATIENCE = 120_000;

// Nothing is asked, reported or fetched, and a script may take its time.
const PREFS = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.max_script_run_time': 0,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
};

const pageOf = (script, names) => `<!doctype html>
<script type="module">
  const files = {};
  const load = async (name) => (files[name] = new Uint8Array(await (await fetch('/files/' + name)).arrayBuffer()));
  await Promise.all(${JSON.stringify(names)}.map(load));
  globalThis.os = { file: { readFile: (name) => files[name] } };
  globalThis.print = (body) => fetch('/printed', { method: 'POST', body });
  import('/${script}').catch((error) => print(JSON.stringify({ error: String(error) })));
</script>`;

/** $FIREFOX, or the first of its names on PATH. */
function findFirefox() {
  if (process.env.FIREFOX) return process.env.FIREFOX;
  const directories = (process.env.PATH ?? '').split(delimiter);
  const paths = ['firefox-esr', 'firefox'].flatMap((name) =>
    directories.map((directory) => join(directory, name)),
  );
  return paths.find(existsSync) ?? null;
}

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return text;
}

/** Serves the page, its files and the project's scripts; `printed` is told. */
async function serve(script, files, printed) {
  const answer = async (request) => {
    const { pathname } = new URL(request.url, 'http://host');
    if (pathname === '/') return ['text/html', pageOf(script, Object.keys(files))];
    if (pathname === '/printed') return ['text/plain', printed(await bodyOf(request))];
    if (pathname.startsWith('/files/'))
      return ['application/octet-stream', files[pathname.slice(7)]];
    return ['text/javascript', await readFile(join(root, pathname))];
  };
  const server = createServer((request, response) =>
    answer(request).then(
      ([type, body]) => response.setHeader('content-type', type).end(body),
      () => response.writeHead(404).end(),
    ),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Writes the profile; returns the arguments that open a page with it. */
async function prepare(profile) {
  const lines = Object.entries(PREFS).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await writeFile(join(profile, 'user.js'), lines.join('\n'));
  return ['--headless', '--no-remote', '--profile', profile];
}

/** Opens the page, until `output` is there or the browser ends. */
async function open(name, path, args, profile, output) {
  const env = { ...process.env, HOME: profile }; // root may not use another's
  const child = spawn(path, args, {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: PATIENCE,
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.on('error', resolve).on('close', resolve));
  const early = ended.then((how) => {
    throw new BuildError(`${name} ended (${how}) before the script did\n${said}`);
  });
  try {
    return await Promise.race([output, early]);
  } finally {
    child.kill();
    await ended;
  }
}

/**
 * A function that runs a script of the project, given as its path there, in a browser, and returns
 * what it printed as JSON.
 *
 * @param {string} name of the browser
 * @param {(profile: string) => Promise<string[]>} start gives its arguments, without the page's URL
 */
export const pageRunner = (name, start) => async (path, script, files) => {
  let printed;
  const output = new Promise((resolve) => (printed = resolve));
  const server = await serve(script, files, printed);
  const profile = await mkdtemp(join(tmpdir(), 'tlsf-firefox-'));
  try {
    const args = [...(await start(profile)), `http://127.0.0.1:${server.address().port}/`];
    const text = await open(name, path, args, profile, output);
    const { error, results } = JSON.parse(text);
    if (error) throw new BuildError(`${name}: ${error}`);
    return results;
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
};

export const FIREFOX = {
  name: 'Firefox',
  find: findFirefox,
  version: (path) =>
    `SpiderMonkey (${spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim()})`,
  get: 'install Firefox (Debian: apt-get install firefox-esr) or set FIREFOX to its path',
  run: pageRunner('Firefox', prepare),
};
