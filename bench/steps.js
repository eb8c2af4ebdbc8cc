// SPDX-License-Identifier: MIT OR Apache-2.0
// Shows what is measured now.
import { progress } from '../tools/progress.js';

/** Calls `work` with a function that shows the next step; `total` is their number. */
export async function withProgress(work, total) {
  const shown = progress(total);
  try {
    return await work(shown.step);
  } finally {
    shown.done();
  }
}
