// SPDX-License-Identifier: MIT OR Apache-2.0
// Recordings: those of the bench, and files.
import { bytesText, count } from '../../../cli/heap/classes.js';
import { FIRST_BYTE, pack, packPause, unpack } from '../../../js/recording.js';
import { inflated } from '../data.js';
import { make, saveFile, say } from '../dom.js';
import { button, labelled, MOST_REQUESTS, paragraph, row } from './controls.js';

const isGzip = (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The bytes of a recording that may be compressed; not every browser knows brotli. */
const plainBytes = (bytes) =>
  bytes[0] === FIRST_BYTE ? bytes : inflated(bytes, isGzip(bytes) ? 'gzip' : 'brotli');

/** Shows the recording of a file. */
async function openFile(app, file) {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { ops } = unpack(await plainBytes(bytes));
    if (!ops.length) throw new Error('it holds no request');
    app.load(ops.slice(0, 2 * MOST_REQUESTS), { tab: 'recordings' });
    say(`${file.name}: ${count(ops.length / 2)} requests, ${bytesText(bytes.length)}`);
  } catch (error) {
    say(`${file.name} can't be read here: ${error.message}`);
  }
}

function save(app) {
  const bytes = [...packPause(0), ...pack(app.run.timeline.ops)];
  saveFile('heap.recording', Uint8Array.from(bytes));
}

/** A recording of the bench as a button. */
const pick = (app, name) =>
  button(name, () => app.loadRecording(name), {
    'aria-pressed': String(app.source.trace === name),
    className: app.source.trace === name ? 'main' : '',
  });

export function recordings(app) {
  const onchange = () => chooser.files[0] && openFile(app, chooser.files[0]);
  const label = 'A recording of your program';
  const chooser = make('input', { type: 'file', onchange, 'aria-label': label });
  const list = app.data.recordings;
  const shown = list.find(({ name }) => name === app.source.trace);
  const about = shown
    ? `${shown.name} made ${count(shown.length)} requests in all: ./build.sh map bench/traces/${shown.name}.trace draws any moment.`
    : '';
  return [
    paragraph('What real programs asked of malloc, the first 5,000 requests of each:'),
    row(...list.map(({ name }) => pick(app, name))),
    paragraph(about),
    row(
      labelled('Your own:', chooser),
      button('Save these requests', () => save(app)),
    ),
    paragraph(
      'record(heap) of tlsf-wasm/record writes one in JavaScript, ./build.sh record of a native program: docs/see.md.',
    ),
  ];
}
