// SPDX-License-Identifier: MIT OR Apache-2.0
// A thread of Node.js.
import { parentPort, workerData } from 'node:worker_threads';
import { work } from './work.js';

parentPort.postMessage(work(workerData));
