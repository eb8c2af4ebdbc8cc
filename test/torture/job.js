// SPDX-License-Identifier: MIT OR Apache-2.0
// A process for one job of a torture: job.js PART NUMBER SECONDS.
import { PARTS } from './parts.js';

const [part, number, seconds] = process.argv.slice(2);
try {
  process.send?.({ result: PARTS[part].jobs()[Number(number)].run(Number(seconds)) });
} catch (error) {
  process.send?.({ error: error.message });
}
