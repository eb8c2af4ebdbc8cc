// SPDX-License-Identifier: MIT OR Apache-2.0
// A page that observes its heap sends what it asks, while it runs.
import { count } from '../../../cli/heap/classes.js';
import { make } from '../dom.js';
import { paragraph } from './controls.js';

const EXAMPLE = `import { createHeap } from 'tlsf-wasm';
import { observe } from 'tlsf-wasm/record';

const page = window.open('…/docs/heap/index.html');
const { heap } = observe(createHeap(), page);
heap.malloc(100); // and so on: it is seen here`;

export const observed = ({ received }) => [
  paragraph('A page of yours shows what it asks of its heap, while it runs:'),
  make('pre', {}, EXAMPLE),
  make(
    'p',
    { role: 'status' },
    received ? `${count(received)} bytes of requests were received.` : 'Nothing was received yet.',
  ),
];
