// SPDX-License-Identifier: MIT OR Apache-2.0
// The guided example's panel.
import { make } from '../dom.js';
import { pointerText, STOPS } from '../tour.js';
import { button, row } from './controls.js';

export function tour(app) {
  const { stop } = app;
  const to = (n) => () => app.goToStop(n);
  const isLast = stop === STOPS.length - 1;
  return [
    make('p', {}, make('b', {}, 'Why did malloc(100) after two frees return that address?')),
    make('p', { role: 'status' }, STOPS[stop].text(pointerText(app.run.scout.results))),
    row(
      button('Back', to(stop - 1), { disabled: stop === 0 }),
      button('Next', to(stop + 1), { disabled: isLast, className: 'main' }),
      make('span', { className: 'quiet' }, `${stop + 1} of ${STOPS.length}`),
    ),
  ];
}
