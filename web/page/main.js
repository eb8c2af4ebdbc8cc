// SPDX-License-Identifier: MIT OR Apache-2.0
// Where the page begins.
import { App } from './app.js';
import { unpackData } from './data.js';
import { byId, make } from './dom.js';
import { TABS } from './input.js';
import { listenToCharts } from './overview.js';
import { onChange } from './theme.js';

/** Builds that a page cannot run, and why. */
const NOT_HERE = ['tiny, pic: archives, which have no module'];

function fillChoices(app) {
  const option = ({ name, label }) => make('option', { value: name }, label);
  const { allocators } = app.data;
  byId('build').replaceChildren(
    ...allocators.filter(({ layout }) => layout).map(option),
    ...NOT_HERE.map((text) => make('option', { disabled: true }, text)),
  );
  byId('beside').replaceChildren(
    make('option', { value: '' }, 'nothing'),
    ...allocators.map(option).reverse(),
  );
  byId('build').onchange = () => app.exchange();
  byId('beside').onchange = () => app.exchange();
  byId('copy').onclick = () => app.link.copy();
}

function fillTabs(app) {
  const open = (name) => () => app.openTab(name);
  const tabs = Object.entries(TABS).map(([name, { label }]) =>
    make(
      'button',
      {
        role: 'tab',
        id: `tab-${name}`,
        onclick: open(name),
        'data-tab': name,
        'aria-controls': 'panel',
      },
      label,
    ),
  );
  byId('tabs').replaceChildren(...tabs);
  byId('tabs').addEventListener('keydown', ({ key }) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!by) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
    next.click();
    next.focus();
  });
}

/** Tells the page that opened this one, or has it in a frame, that it may send. */
function listen(app) {
  addEventListener('message', ({ data }) => {
    if (data?.type === 'tlsf-recording') app.receive(data);
  });
  const other = window.opener ?? (window.parent === window ? undefined : window.parent);
  other?.postMessage({ type: 'tlsf-ready' }, { targetOrigin: '*' });
}

/** Has this browser memory that threads share? A page from a file has it too, but no other thread. */
function canShare() {
  try {
    return Boolean(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
  } catch {
    return false;
  }
}

/** Builds that this browser cannot run are not offered. */
function withoutStrange(data) {
  const runs = ({ module, shared }) =>
    WebAssembly.validate(data.part(module)) && (!shared || canShare());
  return { ...data, allocators: data.allocators.filter(runs) };
}

const app = new App(withoutStrange(await unpackData(byId('data').textContent)));
fillChoices(app);
fillTabs(app);
listenToCharts(app);
onChange(() => {
  app.colours = undefined;
  app.drawSoon();
});
// (The page writes its own state there meanwhile, so only the event knows.)
addEventListener('hashchange', ({ newURL }) => app.link.restore(new URL(newURL).hash));
await app.link.restore(location.hash);
listen(app);
