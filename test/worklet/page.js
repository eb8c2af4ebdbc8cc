// SPDX-License-Identifier: MIT OR Apache-2.0
// In a browser: renders the processor with each bundle, and prints its reports.
/* global os, print */
const { AudioWorkletNode, Blob, OfflineAudioContext } = globalThis;

const RATE = 48000;
const SECONDS = 24; // 5 with chords, and until the last note has faded

const read = (name) => os.file.readFile(name);
const { bundles, bounds } = JSON.parse(new TextDecoder().decode(read('plan.json')));

const failed = (node) =>
  new Promise((_, reject) => {
    node.onprocessorerror = () => reject(new Error('the processor failed'));
  });

const message = (node) =>
  new Promise((resolve) => {
    node.port.onmessage = ({ data }) => resolve(data);
  });

/** What a bundle's processor reports, and its samples. */
async function rendered(name) {
  const context = new OfflineAudioContext(1, SECONDS * RATE, RATE);
  const code = new Blob([read(name)], { type: 'text/javascript' });
  await context.audioWorklet.addModule(URL.createObjectURL(code));
  const node = new AudioWorkletNode(context, 'played', { processorOptions: bounds });
  node.connect(context.destination);
  const fails = failed(node);
  node.port.postMessage(100); // a note as a page plays it
  await Promise.race([message(node), fails]);
  const report = message(node);
  const start = performance.now();
  const samples = (await Promise.race([context.startRendering(), fails])).getChannelData(0);
  const seconds = (performance.now() - start) / 1000;
  return { samples, seconds, report: await Promise.race([report, fails]) };
}

const results = [];
for (const name of bundles) results.push(await rendered(name));
const [{ samples: first }] = results;
print(
  JSON.stringify({
    results: results.map(({ samples, seconds, report }) => ({
      ...report,
      seconds,
      loudest: samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
      isSame: samples.every((sample, i) => sample === first[i]),
    })),
  }),
);
