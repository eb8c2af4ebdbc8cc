// SPDX-License-Identifier: MIT OR Apache-2.0
// Drives Chromium by its own protocol over pipes: no server, no dependency. So a
// test presses real keys and reads the tree that a screen reader reads.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE = 120_000; // milliseconds: others may use the processors of this machine

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--remote-debugging-pipe',
  '--no-first-run',
];

/** Messages to the browser and back: each is JSON and a zero. */
function connect([to, from]) {
  const waiting = new Map();
  const listeners = [];
  let text = '';
  let last = 0;
  from.setEncoding('utf8').on('data', (data) => {
    const parts = (text + data).split('\0');
    text = parts.pop();
    for (const message of parts.map((part) => JSON.parse(part))) {
      const done = waiting.get(message.id);
      waiting.delete(message.id);
      if (done) done(message);
      else listeners.forEach((listen) => listen(message));
    }
  });
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, ({ error, result }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
      );
      to.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });
  return { send, listen: (listener) => listeners.push(listener) };
}

/** A page of the browser: what tests do with it. */
async function openPage({ send, listen }) {
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const ask = (method, params) => send(method, params, sessionId);
  const [errors, requests] = [[], []];
  listen(({ method, params }) => {
    if (method === 'Runtime.exceptionThrown')
      errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (
      method === 'Runtime.consoleAPICalled' &&
      ['error', 'warning', 'assert'].includes(params.type)
    )
      errors.push(JSON.stringify(params.args));
    if (method === 'Log.entryAdded') errors.push(params.entry.text);
    if (method === 'Network.requestWillBeSent') requests.push(params.request.url);
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'Accessibility', 'DOM'])
    await ask(`${domain}.enable`);
  await ask('Performance.enable', { timeDomain: 'threadTicks' });

  /** What an expression of the page is, waited for. */
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await ask('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception.description);
    return result.value;
  };
  /** Waits until an expression holds; one that fails, as while another page opens, does not hold. */
  const until = async (expression, what = expression) => {
    const stop = Date.now() + PATIENCE;
    let failure;
    while (!(await evaluate(expression).catch((error) => void (failure = error)))) {
      if (Date.now() > stop) throw new Error(`never: ${what}`, { cause: failure });
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };
  /** The nodes that a screen reader is told of: {role, name, value}. */
  const tree = async () => {
    const { nodes } = await ask('Accessibility.getFullAXTree');
    return nodes
      .filter(({ ignored }) => !ignored)
      .map(({ role, name, value, properties = [], backendDOMNodeId }) => ({
        role: role?.value,
        name: name?.value ?? '',
        value: value?.value,
        node: backendDOMNodeId,
        ...Object.fromEntries(properties.map((each) => [each.name, each.value.value])),
      }));
  };
  return {
    ask,
    evaluate,
    until,
    tree,
    errors,
    requests,
    /** Opens any document. */
    async show(url) {
      await ask('Page.navigate', { url });
      await until(`location.href === '${url}' && document.readyState === 'complete'`);
    },
    /** Opens our page. */
    async go(url) {
      await ask('Page.navigate', { url: 'about:blank' });
      await ask('Page.navigate', { url });
      if (url === 'about:blank') return;
      await until('document.querySelectorAll("#stats tbody tr").length > 0', 'the page draws');
    },
    /** Seconds of a processor that the page's thread has had. */
    async processorTime() {
      const { metrics } = await ask('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'ThreadTime').value;
    },
    /** Presses a key. */
    async press(key, text = key.length === 1 ? key : undefined) {
      await ask('Input.dispatchKeyEvent', { type: 'keyDown', key, text });
      await ask('Input.dispatchKeyEvent', { type: 'keyUp', key });
    },
    /** Clicks what has this role and name. */
    async click(role, name) {
      const node = (await tree()).find((each) => each.role === role && each.name === name);
      if (!node) throw new Error(`there is no ${role} "${name}"`);
      const { object } = await ask('DOM.resolveNode', { backendNodeId: node.node });
      const call = {
        objectId: object.objectId,
        functionDeclaration: 'function () { this.click(); }',
      };
      await ask('Runtime.callFunctionOn', call);
    },
    async screenshot() {
      const { data } = await ask('Page.captureScreenshot', {
        format: 'png',
        captureBeyondViewport: false,
      });
      return Buffer.from(data, 'base64');
    },
    /** The window's size, and light or dark. */
    async looks({ width, height, dark = false, mobile = false }) {
      const metrics = { width, height, deviceScaleFactor: 1, mobile };
      await ask('Emulation.setDeviceMetricsOverride', metrics);
      const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
      await ask('Emulation.setEmulatedMedia', { features });
    },
  };
}

/** What `work` gives of a page in Chromium, which ends afterwards. */
export async function inChromium(path, work) {
  const profile = await mkdtemp(join(tmpdir(), 'tlsf-chromium-'));
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'];
  const env = { ...process.env, HOME: profile };
  const child = spawn(path, [...FLAGS, `--user-data-dir=${profile}`], { stdio, env });
  const ended = new Promise((resolve) => child.on('error', resolve).on('close', resolve));
  try {
    const connection = connect(child.stdio.slice(3));
    return await Promise.race([
      openPage(connection).then(work),
      ended.then((how) => Promise.reject(new Error(`Chromium ended (${how}) too early`))),
    ]);
  } finally {
    child.kill();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
