// SPDX-License-Identifier: MIT OR Apache-2.0
// Runs a script in a browser, on a page that is isolated from other origins: only
// there memory is shared.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from '../../tools/build.js';

const PATIENCE = 300_000;

const find = (variable, names) => () =>
  process.env[variable] ??
  names
    .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((at) => join(at, name)))
    .find(existsSync) ??
  null;

const PREFS = {
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.max_script_run_time': 0,
  'network.captive-portal-service.enabled': false,
  'toolkit.telemetry.enabled': false,
};

export const BROWSERS = [
  {
    name: 'Chromium',
    find: find('CHROMIUM', ['chromium', 'chromium-browser', 'google-chrome']),
    get: 'install Chromium (Debian: apt-get install chromium) or set CHROMIUM to its path',
    args: (profile, url) => [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      `--user-data-dir=${profile}`,
      url,
    ],
  },
  {
    name: 'Firefox',
    find: find('FIREFOX', ['firefox-esr', 'firefox']),
    get: 'install Firefox (Debian: apt-get install firefox-esr) or set FIREFOX to its path',
    args: (profile, url) => ['--headless', '--no-remote', '--profile', profile, url],
  },
];

const pageOf = (jobs, script) => `<!doctype html>
<script type="module">
  const say = (result) => fetch('/said', { method: 'POST', body: JSON.stringify(result) });
  try {
    const { main } = await import('${script}');
    const bytes = await (await fetch('/module')).arrayBuffer();
    await say({ results: await main(bytes, ${JSON.stringify(jobs)}) });
  } catch (error) {
    await say({ error: String(error) });
  }
</script>`;

const typeOf = (path) => (path.endsWith('.html') ? 'text/html' : 'text/javascript');

async function serve(bytes, page, said) {
  const answer = async (request) => {
    const { pathname } = new URL(request.url, 'http://host');
    if (pathname === '/') return ['text/html', page];
    if (pathname === '/module') return ['application/wasm', bytes];
    if (pathname === '/said') {
      let text = '';
      for await (const part of request) text += part;
      return ['text/plain', said(JSON.parse(text))];
    }
    return [typeOf(pathname), await readFile(join(root, pathname))];
  };
  const isolated = {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  };
  const server = createServer((request, response) =>
    answer(request).then(
      ([type, body]) =>
        response.writeHead(200, { ...isolated, 'content-type': type }).end(body ?? ''),
      () => response.writeHead(404).end(),
    ),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** What a script's `main(bytes, jobs)` gives in a browser. */
export async function inBrowser(browser, path, bytes, jobs, script = '/test/threads/page.js') {
  let said;
  const answered = new Promise((resolve) => (said = resolve));
  const server = await serve(bytes, pageOf(jobs, script), (result) => void said(result));
  const profile = await mkdtemp(join(tmpdir(), 'tlsf-threads-'));
  const prefs = Object.entries(PREFS).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await writeFile(join(profile, 'user.js'), prefs.join('\n'));
  const url = `http://127.0.0.1:${server.address().port}/`;
  const child = spawn(path, browser.args(profile, url), {
    env: { ...process.env, HOME: profile },
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: PATIENCE,
  });
  const ended = new Promise((resolve) => child.on('error', resolve).on('close', resolve));
  const early = ended.then((how) => ({ error: `${browser.name} ended (${how}) too early` }));
  try {
    const { error, results } = await Promise.race([answered, early]);
    if (error) throw new Error(`${browser.name}: ${error}`);
    return results;
  } finally {
    child.kill();
    await ended;
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
