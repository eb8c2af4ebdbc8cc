// SPDX-License-Identifier: MIT OR Apache-2.0
// A thread of a browser.
import { work } from './work.js';

globalThis.onmessage = ({ data }) => {
  try {
    globalThis.postMessage(work(data));
  } catch (error) {
    globalThis.postMessage({ error: String(error) });
  }
};
